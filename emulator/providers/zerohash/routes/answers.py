"""zerohash's answers: what a rule yields, as the provider writes it."""

from emulator.core.clock import render_time
from emulator.edge.answers import render_json
from emulator.edge.call import Answer
from emulator.providers.zerohash.rules import mint, moment, participants
from emulator.providers.zerohash.state import Participant


def render_minted(minted: mint.Minted, token: str) -> Answer:
    """201; the ids inside `message`, as in every worked example [doc] H, or at both places."""
    ids = {
        name: value
        for name, value in (
            ("payment_id", minted.payment_id),
            ("deposit_intent_id", minted.deposit_intent_id),
        )
        if value is not None
    }
    beside = ids if minted.both_places else {}
    return render_json({"message": {"token": token, **ids}, **beside}, 201)


def render_onboarding(email: str, token: str) -> Answer:
    """200, not 201 [doc] H."""
    return render_json({"message": {"email": email, "token": token}})


def render_revoked(_: None, __: str) -> Answer:
    """204 without a body [openapi] H."""
    return Answer(204, b"")


def render_moment(told: moment.Moment, _: str) -> Answer:
    """The guide's form [doc] H, newer than the schema's `{"epoch": <s>}` [openapi]."""
    if told.epoch_only:
        return render_json({"epoch": int(told.now)})
    milliseconds = int(told.now * 1000)
    iso = render_time(milliseconds / 1000)
    return render_json(
        {
            "message": {
                "epoch": milliseconds,
                "epoch_units": "milliseconds",
                "iso_8601": iso if "." in iso else iso.replace("Z", ".000Z"),
            }
        }
    )


def render_page(page: participants.Page, _: str) -> Answer:
    """A page of the list [openapi GetParticipantsResponse] H."""
    return render_json(
        {
            "message": [_participant(participant) for participant in page.participants],
            "count": page.count,
            "page": page.page,
            "page_size": participants.PAGE_SIZE,
            "total_pages": page.pages,
        }
    )


def render_found(participant: Participant, _: str) -> Answer:
    """The short form, code and email alone [openapi GetParticipantByEmailResponse] H."""
    code, email = participant.participant_code, participant.email
    return render_json({"message": {"participant_code": code, "email": email}})


def render_created(created: participants.Created, _: str) -> Answer:
    """201 with what was sent and what became of it [openapi] H for the status; form M."""
    return render_json(
        {
            "message": {
                **created.sent,
                "platform_code": created.platform_code,
                "participant_code": created.participant.participant_code,
                "status": created.participant.status,
            }
        },
        201,
    )


def _participant(participant: Participant) -> dict[str, object]:
    """One entry of the list [openapi ParticipantEntity] H."""
    shown: dict[str, object] = {
        "participant_code": participant.participant_code,
        "participant_name": f"{participant.first_name} {participant.last_name}".strip(),
        "email": participant.email,
        "status": participant.status,
        "jurisdiction_code": participant.jurisdiction_code,
        "limits": [],
        "updated_at": int(participant.updated_at * 1000),
    }
    if participant.reason_code is not None:
        shown["reason_code"] = participant.reason_code
    return shown
