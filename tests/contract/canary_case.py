"""What the search for leaks needs to know of a provider."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import httpx

from tests.signing import Request


@dataclass(frozen=True, slots=True)
class Case:
    """Canaries and the requests that carry them.

    `minted`: the tokens that an answer hands out; `statuses`: those that the answers have to cover;
    `unsent`: canaries that no request carries.
    """

    canaries: Sequence[str]
    requests: Callable[[], list[Request]]
    minted: Callable[[httpx.Response], set[str]]
    statuses: frozenset[int]
    unsent: frozenset[str] = frozenset()
