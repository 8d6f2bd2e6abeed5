"""A running emulator's control API as the commands use it, and the options that find one."""

import http.client
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import SplitResult, urlsplit

import click
import msgspec

from emulator.cli.errors import Misuse, NotRunning, Refused
from emulator.core.decisions import Json
from emulator.setting_values import is_origin
from emulator.settings import CLIENTS, Settings, read_settings

T = TypeVar("T")
Body = Mapping[str, Json] | msgspec.Raw

PREFIX = "/_emulator"
TIMEOUT_S = 10.0

_SANDBOX = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_ASKS_TOKEN = (http.HTTPStatus.UNAUTHORIZED, http.HTTPStatus.FORBIDDEN)


class _Problem(msgspec.Struct):
    title: str = ""
    detail: str = ""


class Emulator:
    """A running emulator at an origin. `token`: for its control API."""

    def __init__(self, url: str, token: str | None) -> None:
        self.url = url.rstrip("/")
        self._at = _parse_url(self.url)
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def status(self, path: str, timeout_s: float) -> int:
        """The status that a control path answers.

        Raises:
            NotRunning: nothing answers.
        """
        return self._send("GET", path, None, timeout_s)[0]

    def get(self, path: str, shape: type[T]) -> T:
        """A resource of the control API.

        Raises:
            NotRunning: nothing answers.
            Refused: it is not given.
        """
        return self._ask("GET", path, None, shape)

    def post(self, path: str, body: Mapping[str, Json], shape: type[T]) -> T:
        """What the control API answers to a body; raises like `get`."""
        return self._ask("POST", path, body, shape)

    def put(self, path: str, body: msgspec.Raw, shape: type[T]) -> T:
        """What the control API answers to a resource put in place; raises like `get`."""
        return self._ask("PUT", path, body, shape)

    def _ask(self, method: str, path: str, body: Body | None, shape: type[T]) -> T:
        status, raw = self._send(method, path, body, TIMEOUT_S)
        if status >= http.HTTPStatus.BAD_REQUEST:
            raise Refused(_explain(self.url, status, raw))
        try:
            return msgspec.json.decode(raw, type=shape)
        except msgspec.DecodeError:
            raise Refused(f"{self.url} answers, but not as the emulator does: is it one?") from None

    def _send(
        self, method: str, path: str, body: Body | None, timeout_s: float
    ) -> tuple[int, bytes]:
        connection = _connect(self._at, timeout_s)
        try:
            raw = None if body is None else msgspec.json.encode(body)
            headers = self._headers if raw is None else {**self._headers, **_JSON}
            connection.request(method, f"{PREFIX}{path}", raw, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            raise NotRunning(
                f"no emulator answers at {self.url}: start one (token-emulator serve), "
                "or say with --url where it is"
            ) from None
        finally:
            connection.close()


_JSON = {"Content-Type": "application/json"}


def _parse_url(url: str) -> SplitResult:
    if not is_origin(url):
        raise Misuse(f"--url must be an origin such as http://127.0.0.1:4600, not {url!r}")
    return urlsplit(url)


def _connect(at: SplitResult, timeout_s: float) -> http.client.HTTPConnection:
    kind = http.client.HTTPSConnection if at.scheme == "https" else http.client.HTTPConnection
    return kind(at.hostname or "", at.port, timeout=timeout_s)


def _explain(url: str, status: int, raw: bytes) -> str:
    try:
        problem = msgspec.json.decode(raw, type=_Problem)
    except msgspec.DecodeError:
        problem = _Problem()
    told = problem.detail or problem.title or "it gave no reason"
    advice = ""
    if status in _ASKS_TOKEN and "EMULATOR_CONTROL_TOKEN" not in told:
        advice = " Set EMULATOR_CONTROL_TOKEN to the token that it was started with."
    return f"{url} answered {status}: {told}{advice}"


def find_emulator(settings: Settings, url: str | None) -> Emulator:
    """The emulator that the options and settings mean."""
    if url is None and settings.port == 0:
        raise Misuse("EMULATOR_PORT=0 says no port: pass --url, as serve printed it")
    return Emulator(url or settings.url(), settings.control_token)


def _check_sandbox(_: click.Context, __: click.Parameter, name: str) -> str:
    if not _SANDBOX.fullmatch(name):
        raise click.BadParameter("a sandbox id is 1 to 63 of a-z, 0-9, '-' and '_'")
    return name


def with_url(function: Callable[..., Any]) -> Callable[..., Any]:
    """Pass `emulator`, which --url or the settings name."""
    text = "Where the emulator is.  [EMULATOR_URL; default: as EMULATOR_HOST and EMULATOR_PORT say]"

    def make(_: click.Context, __: click.Parameter, url: str | None) -> Emulator:
        return find_emulator(read_settings(), url)

    option = click.option(
        "--url", "emulator", metavar="URL", help=text, callback=make, envvar=CLIENTS
    )
    return option(function)


def with_sandbox(function: Callable[..., Any]) -> Callable[..., Any]:
    """Pass `sandbox`, the id that --sandbox names."""
    return click.option(
        "--sandbox",
        metavar="ID",
        default="default",
        callback=_check_sandbox,
        help="Which sandbox.  [default: default]",
    )(function)
