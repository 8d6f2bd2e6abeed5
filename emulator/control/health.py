"""Whether the emulator is up."""

import msgspec

from emulator.control.endpoint import Asked, render
from emulator.edge.call import Answer


class Health(msgspec.Struct, frozen=True):
    """`status`: `ok` when every surface listens, else `starting`. `ports`: surface -> port."""

    status: str
    version: str
    providers: list[str]
    ports: dict[str, int]


async def show(asked: Asked) -> Answer:
    """Tell how it is: 503 until every surface listens."""
    house = asked.house
    is_ready = house.surfaces.is_ready
    health = Health(
        "ok" if is_ready else "starting",
        house.version,
        list(house.tenants),
        dict(house.surfaces.ports),
    )
    return render(health, 200 if is_ready else 503)
