import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
)

import emulator.providers.highnote
from emulator.providers.highnote.schema.build import build_schema as build_ours
from emulator.providers.highnote.schema.build import print_schema

SDL = Path(emulator.providers.highnote.__file__).with_name("schema.graphql")
PUBLISHED = Path(__file__).with_name("published.txt")

# Described in words only, not in the published names that we have.
UNCHECKED = (
    "GenerateVerifiedExternalBankAccount",
    "GenerateAppleWebPushProvisioningToken",
    "AppleWebPushProvisioningToken",
    "Mutation.generateVerifiedExternalBankAccountLinkToken",
    "Mutation.generateAppleWebPushProvisioningToken",
)


def names_of(schema: GraphQLSchema) -> Iterator[str]:
    """Every name of a schema with its types: fields, arguments, values, members, interfaces."""
    for name, made in schema.type_map.items():
        if name.startswith("__"):
            continue
        if isinstance(made, GraphQLEnumType):
            yield from (f"{name} = {value}" for value in made.values)
        elif isinstance(made, GraphQLUnionType):
            yield from (f"{name} | {member.name}" for member in made.types)
        elif isinstance(made, GraphQLInputObjectType):
            yield from (f"{name}.{field}: {part.type}" for field, part in made.fields.items())
        elif isinstance(made, GraphQLObjectType | GraphQLInterfaceType):
            yield from (f"{name} & {interface.name}" for interface in made.interfaces)
            for field, part in made.fields.items():
                arguments = ", ".join(f"{n}: {a.type}" for n, a in part.args.items())
                yield f"{name}.{field}({arguments}): {part.type}"
        else:
            yield f"scalar {name}"


def test_the_file_is_the_schema() -> None:
    """The SDL that is read is the one that is served."""
    assert SDL.read_text() == print_schema()


def test_the_schema_is_the_published_one() -> None:
    """No name, type, argument, value or member differs from the published ones, or is added."""
    published = set(PUBLISHED.read_text().splitlines())
    ours = {name for name in names_of(build_ours()) if not name.startswith(UNCHECKED)}
    assert ours - published == set()
    assert published - ours == set()


def test_the_file_builds() -> None:
    """What is served is SDL that others can read, and says the same."""
    assert set(names_of(build_schema(SDL.read_text()))) == set(names_of(build_ours()))


@pytest.mark.anyio
async def test_it_is_served(client: httpx.AsyncClient) -> None:
    """The control API has the SDL, and names it among the descriptions."""
    answer = await client.get("/_emulator/specs/highnote.graphql")
    assert answer.text == SDL.read_text()
    listed = (await client.get("/_emulator/specs")).json()["items"]
    forms = {item["format"]: item["url"] for item in listed if item["provider"] == "highnote"}
    assert forms["graphql"].endswith("/specs/highnote.graphql")
    assert (await client.get("/_emulator/specs/zerohash.graphql")).status_code == 404
    described = (await client.get("/_emulator/specs/highnote.json")).json()
    assert "/graphql" in described["paths"]


@pytest.mark.parametrize(("provider", "is_loaded"), [("zerohash", False), ("highnote", True)])
def test_strawberry_is_loaded_only_when_needed(provider: str, is_loaded: bool) -> None:  # noqa: FBT001
    """An emulator without Highnote imports neither strawberry nor graphql-core."""
    code = (
        "import sys\n"
        "from emulator.app import create_emulator\n"
        "from emulator.settings import Settings\n"
        f"create_emulator(Settings(providers=({provider!r},)))\n"
        "print(sorted({'strawberry', 'graphql'} & set(sys.modules)))"
    )
    found = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        text=True,
        env={"PYTHONPATH": ":".join(filter(None, sys.path)) + ":."},
    )
    assert found.stdout.strip() == str(["graphql", "strawberry"] if is_loaded else [])
