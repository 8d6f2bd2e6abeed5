"""What goes wrong between a test and the emulator's control API."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Failure:
    """One thing that is wrong with a request. `path`: a JSON Pointer, or `?<parameter>`."""

    path: str
    message: str


class ControlError(Exception):
    """The control API said no: `title` and `detail` as it told them, `failures` one by one.

    `status`: of HTTP; 0 when nothing answered.
    """

    def __init__(
        self, status: int, title: str, detail: str, failures: tuple[Failure, ...] = ()
    ) -> None:
        super().__init__(f"{title}: {detail}" if detail else title)
        self.status = status
        self.title = title
        self.detail = detail
        self.failures = failures
