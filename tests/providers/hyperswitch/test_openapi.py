from openapi_spec_validator import validate

from emulator.providers.hyperswitch import provider
from emulator.providers.hyperswitch.routes import ROUTES


def test_the_document_is_valid_and_whole() -> None:
    """It is OpenAPI 3.1, and each route is an operation under its path."""
    document = provider.door().openapi()
    validate(document)
    described = {(m.upper(), path) for path, item in document["paths"].items() for m in item}
    assert described == {(route.method, route.path) for route in ROUTES}
    refusals = document["paths"]["/payments/create_access_token"]["post"]["responses"]
    assert {"400", "401", "412", "429", "500"} < set(refusals)
