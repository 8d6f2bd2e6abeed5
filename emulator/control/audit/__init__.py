"""How the client behaved: what it did wrong, by the calls that the journal keeps.

Pure but for `endpoint`: a new finding is one function and its row in `findings.RULES`.
"""
