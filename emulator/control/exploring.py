"""The endpoints that tell what there is: a sandbox's world, and what can be called."""

from typing import Any

from emulator.control import entities, exports, operations, settings, signatures
from emulator.control.endpoint import ONE, Endpoint, Taking, TakingObject
from emulator.control.pages import PAGING, Page

KIND = ONE + "/entities/{provider}/{kind}"
ENTITY = KIND + "/{key:path}"

EXPLORING: tuple[Endpoint, ...] = (
    Endpoint(
        "GET",
        "/operations",
        operations.index,
        "List what can be called, with what a fault can do to it.",
        {200: operations.Operations},
        problems=(404,),
        query=(operations.SANDBOX,),
    ),
    Endpoint(
        "GET",
        "/settings/schema.json",
        settings.describe,
        "Describe the switches as a JSON Schema.",
        {200: dict[str, Any]},
        media_type="application/schema+json",
    ),
    Endpoint(
        "POST",
        ONE + "/sign/{provider}",
        Taking(signatures.Sign, signatures.sign),
        "Sign a request as the provider's clients do.",
        {200: signatures.Signed},
        problems=(409,),
    ),
    Endpoint(
        "GET",
        ONE + "/fixtures",
        exports.show,
        "Write the world as a fixture file; it holds the sandbox's secrets.",
        {200: str},
        query=exports.CHOICE,
        media_type=exports.MEDIA_TYPE,
    ),
    Endpoint(
        "GET",
        ONE + "/entities/{provider}",
        entities.count,
        "Count a provider's records by kind.",
        {200: entities.Counts},
    ),
    Endpoint(
        "GET",
        KIND,
        entities.index,
        "List the records of a kind.",
        {200: Page[entities.Entity]},
        query=PAGING,
    ),
    Endpoint(
        "POST",
        KIND,
        TakingObject(entities.SCHEMA, entities.add),
        "Create a record under a key that is drawn.",
        {201: entities.Entity},
    ),
    Endpoint("GET", ENTITY, entities.show, "Show a record.", {200: entities.Entity}),
    Endpoint(
        "PUT",
        ENTITY,
        TakingObject(entities.SCHEMA, entities.put),
        "Replace a record, or create it.",
        {200: entities.Entity, 201: entities.Entity},
    ),
    Endpoint(
        "DELETE", ENTITY, entities.drop, "Drop a record and all that hangs on it.", {204: None}
    ),
)
