"""The headers that zerohash reads besides those of authentication."""

import re
from collections.abc import Mapping

REQUEST_ID = "x-request-id"

# A UUID by its documentation [doc request-ids] H. Whatever else is plain and short is taken as
# well; the rest is treated as absent, for it would be written into a header [guess].
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/+=-]{0,127}")


def request_id(headers: Mapping[str, str]) -> str | None:
    """The X-Request-Id that the caller sent, if it can be sent back."""
    given = headers.get(REQUEST_ID)
    return given if given is not None and _PLAIN.fullmatch(given) else None
