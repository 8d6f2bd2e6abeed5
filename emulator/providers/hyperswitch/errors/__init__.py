"""Every way in which the connector service says no, as data. Source marks: see docs/fidelity.md."""

from collections.abc import Mapping

from emulator.core.decisions import Row
from emulator.providers.hyperswitch.errors import connector, march, metadata, surface

CATALOGUE: Mapping[str, Row] = {
    row.name: row for row in (*metadata.ROWS, *march.ROWS, *connector.ROWS, *surface.ROWS)
}

# The names that every provider answers to, as what the connector said.
ALIASES: Mapping[str, str] = {
    "unauthorized": "connector_unauthorized",
    "forbidden": "connector_forbidden",
    "not_found": "connector_not_found",
    "conflict": "connector_conflict",
    "validation": "connector_invalid_request",
    "rate_limited": "connector_rate_limited",
    "internal": "connector_internal",
    "unavailable": "connector_unavailable",
    "timeout": "connector_timeout",
}
