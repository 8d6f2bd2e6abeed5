"""Looking participants up, and creating customers."""

from collections.abc import Mapping, Sequence

import msgspec

from emulator.core.decisions import Granted, Json, Refusal
from emulator.core.facts import EntityPut
from emulator.core.ids import UPPER_ALNUM
from emulator.core.view import View
from emulator.providers.zerohash import hints
from emulator.providers.zerohash.auth import Caller
from emulator.providers.zerohash.errors import CATALOGUE
from emulator.providers.zerohash.state import PARTICIPANTS, PROVIDER, Participant
from emulator.providers.zerohash.wire.shapes import Customer

PAGE_SIZE = 15  # [openapi example] M


class Search(msgspec.Struct, frozen=True):
    """Which participants to list. `page`: from 1; `others`: filters were sent that find nothing."""

    participant_code: str | None
    email: str | None
    status: str | None
    page: int
    others: bool = False


class Page(msgspec.Struct, frozen=True):
    """One page of participants."""

    participants: Sequence[Participant]
    count: int
    page: int
    pages: int


def list_participants(view: View, caller: Caller, search: Search) -> Granted[Page]:
    """The caller's participants, filtered and paged."""
    found = [
        participant
        for participant in view.table(PARTICIPANTS).find("platform", caller.platform.id)
        if _matches(participant, search)
    ]
    start = (search.page - 1) * PAGE_SIZE
    pages = -(-len(found) // PAGE_SIZE)
    page = Page(found[start : start + PAGE_SIZE], len(found), search.page, pages)
    about = "Only participant_code, email and status filter here." if search.others else ""
    return Granted(page, hint=hints.join(caller.hint, about))


def _matches(participant: Participant, search: Search) -> bool:
    wanted = (
        (search.participant_code, participant.participant_code),
        (search.email and search.email.lower(), participant.email.lower()),
        (search.status, participant.status),
    )
    return all(want is None or want == has for want, has in wanted)


def get_participant(view: View, caller: Caller, email: str) -> Granted[Participant]:
    """The caller's participant with that email."""
    found = view.table(PARTICIPANTS).find("email", (caller.platform.id, email.lower()))
    if not found:
        hint = "This platform has no participant with that email."
        raise Refusal(CATALOGUE["not_found"], hint=hint)
    return Granted(found[0], hint=caller.hint)


class NewCustomer(msgspec.Struct, frozen=True):
    """A customer to create. `request_id`: the X-Request-Id, which makes a repetition one."""

    body: Customer
    sent: Mapping[str, Json]
    request_id: str | None


class Created(msgspec.Struct, frozen=True):
    """A created customer, with what was sent, to echo."""

    participant: Participant
    platform_code: str
    sent: Mapping[str, Json]


def create_customer(view: View, caller: Caller, request: NewCustomer) -> Granted[Created]:
    """A new participant: approved when both screenings passed, else submitted [guess]."""
    body = request.body
    before = view.table(PARTICIPANTS).find("email", (caller.platform.id, body.email.lower()))
    if before:
        known, given = before[0].request_id, request.request_id
        reused = known is not None and given is not None and known != given
        raise Refusal(CATALOGUE["participant_data_reused" if reused else "participant_exists"])
    passed = body.kyc == "pass" and body.sanction_screening == "pass"
    participant = Participant(
        participant_code=_draw_code(view),
        platform=caller.platform.id,
        email=body.email,
        status="approved" if passed else "submitted",
        first_name=body.first_name,
        last_name=body.last_name,
        jurisdiction_code=body.jurisdiction_code,
        request_id=request.request_id,
        updated_at=view.now,
    )
    record = msgspec.Raw(msgspec.json.encode(participant))
    return Granted(
        Created(participant, caller.platform.platform_code, request.sent),
        facts=(EntityPut(view.now, PROVIDER, PARTICIPANTS.name, record),),
        hint=caller.hint,
    )


def _draw_code(view: View) -> str:
    """A code that no participant has yet."""
    while True:
        code = view.draw_text("zerohash.participant_code", UPPER_ALNUM, 6)
        if view.table(PARTICIPANTS).get(code) is None:
            return code
