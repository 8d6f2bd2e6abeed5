"""The endpoints that tell what happened in a sandbox: its calls, and its events."""

from emulator.control import calls, events, har, verification
from emulator.control.audit import endpoint as audit
from emulator.control.endpoint import ONE, Endpoint, Taking
from emulator.control.pages import Page

WATCHING: tuple[Endpoint, ...] = (
    Endpoint(
        "GET",
        ONE + "/calls",
        calls.index,
        "List the calls.",
        {200: Page[calls.CallShape]},
        query=calls.FILTERS,
    ),
    Endpoint(
        "GET",
        ONE + "/calls.har",
        har.export,
        "Export the calls as an HTTP Archive (HAR 1.2).",
        {200: har.Har},
        query=calls.CHOICES,
    ),
    Endpoint("DELETE", ONE + "/calls", calls.clear, "Forget the calls.", {204: None}),
    Endpoint(
        "POST",
        ONE + "/calls/verify",
        Taking(verification.Verify, verification.verify),
        "Say whether there were such calls, and wait until there were.",
        {200: verification.Verdict},
    ),
    Endpoint("GET", ONE + "/calls/{call}", calls.show, "Show a call.", {200: calls.CallShape}),
    Endpoint(
        "GET",
        ONE + "/calls/{call}/explain",
        calls.explain,
        "Say why a call went as it did, and what to do.",
        {200: calls.Explained},
    ),
    Endpoint(
        "GET",
        ONE + "/audit",
        audit.show,
        "List what the client did wrong, with the calls as evidence.",
        {200: audit.Audit},
        query=audit.FILTERS,
    ),
    Endpoint(
        "GET",
        ONE + "/events",
        events.stream,
        "Tell facts and calls as they happen, as server-sent events that can be resumed.",
        {200: str},
        query=events.FILTERS,
        headers=events.RESUMING,
        media_type=events.MEDIA_TYPE,
    ),
)
