"""What the emulator itself has to say where no provider answers: RFC 9457 problem details."""

from typing import Any

import orjson

from emulator.edge.call import Answer, Headers

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):  # noqa: N818 - RFC 9457's word
    """An error of the emulator's own. `detail` says what happened and what to do.

    `members`: more of the body; `headers` go with it.
    """

    def __init__(
        self,
        status: int,
        title: str,
        detail: str,
        *,
        headers: Headers = (),
        **members: Any,  # noqa: ANN401 - JSON
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.title = title
        self.detail = detail
        self.headers = headers
        self.members = members

    def body(self) -> bytes:
        """The problem as JSON."""
        return orjson.dumps(
            {
                "type": "about:blank",
                "title": self.title,
                "status": self.status,
                "detail": self.detail,
                **self.members,
            }
        )


def render_problem(problem: Problem) -> Answer:
    """A problem as an answer."""
    return Answer(problem.status, problem.body(), media_type=MEDIA_TYPE, headers=problem.headers)
