"""The console: a page that looks at sandboxes and steers them, over the control API alone.

`files.py` serves what the page is made of, `session.py` trades the control token for a cookie.
The page itself is in `static/`: plain HTML, CSS and ES modules, used as they are written.
"""
