"""The schema as graphql-core executes it, with what costs time per field made cheap."""

import re
from functools import lru_cache

import strawberry
from graphql import GraphQLSchema, lexicographic_sort_schema
from graphql import print_schema as print_graphql
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.name_converter import NameConverter
from strawberry.tools import merge_types

from emulator.providers.highnote.schema.accounts import (
    DirectDepositDetail,
    ExternalBankAccountDetail,
    ExternalFinancialBankAccount,
    FinancialAccount,
    NonVerifiedExternalUSFinancialBankAccount,
    NonVerifiedExternalUSFinancialBankAccountDetail,
)
from emulator.providers.highnote.schema.cards import PaymentCard
from emulator.providers.highnote.schema.hasten import hasten
from emulator.providers.highnote.schema.minting import Minting
from emulator.providers.highnote.schema.other_tokens import OtherTokens
from emulator.providers.highnote.schema.query import Query
from emulator.providers.highnote.schema.scalars import SCALARS
from emulator.providers.highnote.schema.using import Cards, Documents, Holders

# What `node` may answer without any other field naming it.
_NODES = (
    DirectDepositDetail,
    ExternalBankAccountDetail,
    ExternalFinancialBankAccount,
    FinancialAccount,
    NonVerifiedExternalUSFinancialBankAccount,
    NonVerifiedExternalUSFinancialBankAccountDetail,
    PaymentCard,
)


class _Names(NameConverter):
    """Camel case in which US and SDK stay as they are written."""

    def apply_naming_config(self, name: str) -> str:
        """`create_us_person_...`: `createUSPerson...`."""
        return _INITIALS.sub(lambda found: found[0].upper(), super().apply_naming_config(name))


_INITIALS = re.compile(r"(?<=[a-z])(Us|Sdk)(?=[A-Z])")


@lru_cache(maxsize=1)
def build_schema() -> GraphQLSchema:
    """The built schema: made once, on first use."""
    mutation = merge_types("Mutation", (Minting, OtherTokens, Cards, Holders, Documents))
    made = strawberry.Schema(
        query=Query,
        mutation=mutation,
        types=_NODES,
        config=StrawberryConfig(scalar_map=SCALARS, name_converter=_Names()),
    )
    schema: GraphQLSchema = made._schema  # noqa: SLF001 - strawberry's own name for it
    hasten(schema)
    return schema


def print_schema() -> str:
    """The schema as SDL, sorted: what is served, and kept as schema.graphql."""
    return print_graphql(lexicographic_sort_schema(build_schema())) + "\n"
