"""A planned document yields what graphql-core's executor does."""

import inspect
from collections.abc import Mapping
from typing import Any

import pytest
from graphql import OperationDefinitionNode, execute, parse, validate
from graphql.execution import get_variable_values

from emulator.app import Emulator
from emulator.core.clock import wall
from emulator.edge.call import Call
from emulator.providers.highnote.auth import Caller
from emulator.providers.highnote.routes.plans import make_plan
from emulator.providers.highnote.schema.build import build_schema
from emulator.providers.highnote.schema.exchange import Exchange
from emulator.providers.highnote.state.kinds import API_KEYS, ORGANIZATIONS
from tests.examples import graphql_exchanges
from tests.graphql import ACCOUNT, CARD, PERSON, SESSION, UNVERIFIED_ACCOUNT
from tests.providers.highnote.world import sandbox_of

pytestmark = pytest.mark.anyio

_ANYTHING = """
  a: __typename
  id
  ... on Node { again: id }
  ...Card
  ... on PaymentCard { financialAccounts { name directDepositDetails { id restrictedDetails {
    ... on AccessDeniedError { message } } } } pinDetails { isSet pinUpdateHistory { updatedAt } } }
  ... on PaymentCard { financialAccounts { accountStatus } }
  ... on FinancialAccount { name accountStatus }
  ... on NonVerifiedExternalUSFinancialBankAccount { externalBankAccountDetails { last4 type } }
  ... on USPersonAccountHolder { person: name { givenName } email
    billingAddress { locality region } }
  ... on DocumentUploadSession { session: status documents { id ... on DocumentUploadLink {
    documentUploadSession { __typename id } } } }
  ... on USAccountHolderApplicationDocumentUploadSession { primaryDocumentTypes
    uploadRequirements { constraints { __typename ... on DocumentUploadRequirementConstraint {
      documentType numberOfDocuments } } } }
"""
_FRAGMENT = """fragment Card on PaymentCard {
  bin last4 card: status network restrictedDetails { __typename } }"""
DOCUMENT = f"query Q($id: ID!) {{ node(id: $id) {{ {_ANYTHING} }} ping }} {_FRAGMENT}"


async def exchange_of(emulator: Emulator) -> Exchange:
    """A call of the primary key's, under way."""
    sandbox = await sandbox_of(emulator)
    view = sandbox.view()
    key, organization = view.table(API_KEYS).get("acme"), view.table(ORGANIZATIONS).get("acme")
    assert key is not None
    assert organization is not None
    call = Call("highnote.x", "POST", "/", {}, {}, b"", wall(), "", "http://x")
    return Exchange(emulator.services, sandbox, call, Caller(organization, key, None), view)


async def both(emulator: Emulator, query: str, variables: Mapping[str, Any]) -> list[Any]:
    """The data by plan and by graphql-core."""
    schema, ast = build_schema(), parse(query)
    assert validate(schema, ast) == []
    operation = ast.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    plan = make_plan(schema, ast, operation)
    assert plan is not None
    coerced = get_variable_values(schema, plan.definitions, dict(variables))
    assert not isinstance(coerced, list)
    planned = await plan.run(await exchange_of(emulator), coerced)
    context = await exchange_of(emulator)
    done = execute(schema, ast, context_value=context, variable_values=dict(variables))
    result = await done if inspect.isawaitable(done) else done
    assert result.errors is None
    return [planned, result.data]


@pytest.mark.parametrize("key", [CARD, ACCOUNT, UNVERIFIED_ACCOUNT, PERSON, SESSION, "nothing"])
async def test_queries(emulator: Emulator, key: str) -> None:
    """Fragments, merged fields, aliases, unions, lists and nulls are the same, in one order."""
    planned, executed = await both(emulator, DOCUMENT, {"id": key})
    assert planned == executed
    assert repr(planned) == repr(executed)


def operations() -> list[tuple[str, Any]]:
    """The documents of the golden exchanges that read or refuse, and so can be done twice."""
    found = {}
    for file in graphql_exchanges.files():
        for exchange in graphql_exchanges.load(file):
            asked, answer = exchange.request, exchange.answer
            good = answer is not None and answer.status == 200 and asked.by == "key"
            if good and asked.query and "generate" not in asked.query and "{{" not in str(asked):
                found[asked.query] = asked.variables
    return list(found.items())


@pytest.mark.parametrize(("query", "variables"), operations())
async def test_golden_documents(emulator: Emulator, query: str, variables: Any) -> None:  # noqa: ANN401
    """What clients send is answered the same, but for ids and times that are drawn."""
    planned, executed = await both(emulator, query, variables or {})
    assert list(planned) == list(executed)
    for one, other in zip(planned.values(), executed.values(), strict=True):
        assert type(one) is type(other)
        assert not isinstance(one, dict) or list(one) == list(other)


@pytest.mark.parametrize(
    "query",
    [
        "{ ping @skip(if: false) }",
        "{ __schema { types { name } } }",
        '{ __type(name: "X") { name } }',
    ],
)
def test_what_has_no_plan(query: str) -> None:
    """Directives and introspection are left to graphql-core."""
    ast = parse(query)
    operation = ast.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    assert make_plan(build_schema(), ast, operation) is None
