"""A sandbox's book of tokens."""

from collections.abc import Mapping
from datetime import timedelta

from emulator.testing.exchange import Resource, S, Steps, ask, operation
from emulator.testing.records import Introspection, Token
from emulator.testing.wire import (
    MAX_PAGE,
    Json,
    as_object,
    place,
    read,
    read_items,
    render_duration,
    with_query,
)

JWT_DOTS = 2


class Tokens(Resource[S]):
    """What was minted. A token is meant by its record, its `jti` or its text."""

    @operation
    def list(self, provider: str | None = None) -> Steps[tuple[Token, ...]]:
        """The tokens, newest first, at most 1,000."""
        page = yield from ask("GET", with_query(self.path, limit=MAX_PAGE))
        found = read_items(Token, page)
        return tuple(token for token in found if provider in {None, token.provider})

    @operation
    def get(self, token: str | Token) -> Steps[Token]:
        """The record of a token."""
        path = yield from self._find(token)
        return read(Token, (yield from ask("GET", path)))

    @operation
    def mint(
        self,
        provider: str,
        claims: Mapping[str, object] | None = None,
        *,
        lifetime: str | int | timedelta | None = None,
        defect: str | None = None,
    ) -> Steps[Token]:
        """A token without ceremony. `claims` are laid over the provider's usual ones."""
        body: dict[str, object] = {"provider": provider}
        if claims:
            body["claims"] = dict(claims)
        if lifetime is not None:
            body["lifetime"] = render_duration(lifetime)
        if defect is not None:
            body["defect"] = defect
        return read(Token, (yield from ask("POST", self.path, body)))

    @operation
    def revoke(self, token: str | Token) -> Steps[Token]:
        """End a token as if it had been revoked."""
        path = yield from self._find(token)
        return read(Token, (yield from ask("POST", f"{path}/revoke")))

    @operation
    def expire(self, token: str | Token) -> Steps[Token]:
        """Let a token expire now: the emulator refuses it, its `exp` stays."""
        path = yield from self._find(token)
        return read(Token, (yield from ask("POST", f"{path}/expire")))

    @operation
    def introspect(self, token: str | Token, module: str | None = None) -> Steps[Introspection]:
        """Whether a token is good, why not, and whether it opens a module or operation."""
        text = token.token if isinstance(token, Token) else token
        return read(Introspection, (yield from self._introspect(text, module)))

    def _introspect(self, text: str, module: str | None = None) -> Steps[Json]:
        body: dict[str, object] = {"token": text}
        if module is not None:
            body["module"] = module
        return (yield from ask("POST", self.path.removesuffix("/tokens") + "/introspect", body))

    def _find(self, token: str | Token) -> Steps[str]:
        """The path of a token. An active one is found by its text, an ended one among the last."""
        if isinstance(token, Token):
            return self.path + place(token.jti)
        told = as_object((yield from self._introspect(token)))
        jti = told.get("jti")
        if isinstance(jti, str):
            return self.path + place(jti)
        if token.count(".") != JWT_DOTS:
            return self.path + place(token)
        page = yield from ask("GET", with_query(self.path, limit=MAX_PAGE))
        ended = (record.jti for record in read_items(Token, page) if record.token == token)
        return self.path + place(next(ended, token))
