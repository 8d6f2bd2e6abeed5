"""Highnote's door: one GraphQL endpoint, uploads, and the browser SDKs' pages."""

from emulator.edge.call import Route
from emulator.edge.provider import Door, Provider
from emulator.providers.highnote.openapi import describe
from emulator.providers.highnote.routes import frames
from emulator.providers.highnote.routes.endpoint import Endpoint
from emulator.providers.highnote.routes.kept import read_kept
from emulator.providers.highnote.routes.uploads import UPLOAD
from emulator.providers.highnote.rules.documents import MAX_FILE_BYTES
from emulator.providers.highnote.schema.build import build_schema, print_schema

ROUTES = (
    Route("POST", "/graphql", "graphql"),
    Route("PUT", "/uploads/{link}", "upload", limit=MAX_FILE_BYTES, too_large="upload_too_large"),
    *frames.ROUTES,
)


def open_door(provider: Provider) -> Door:
    """The provider's HTTP surface."""
    handlers = {
        "graphql": Endpoint(provider, build_schema()).answer,
        "upload": UPLOAD.handler(provider),
        **{name: page.handler(provider) for name, page in frames.OPERATIONS.items()},
    }
    schema = build_schema()
    roots = [kind.fields for kind in (schema.query_type, schema.mutation_type) if kind]
    return Door(
        ROUTES,
        handlers,
        lambda: describe(provider, ROUTES),
        fields=frozenset(name for fields in roots for name in fields),
        sdl=print_schema,
        read_kept=read_kept,
    )
