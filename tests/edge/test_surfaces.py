from emulator.edge.surfaces import Surfaces


def test_ready_is_when_all_listen() -> None:
    """One surface that does not listen yet is enough not to be ready."""
    surfaces = Surfaces("http", "grpc")
    assert not surfaces.is_ready
    surfaces.open("http", 4600)
    assert not surfaces.is_ready
    surfaces.open("grpc", 4601)
    assert surfaces.is_ready
    assert surfaces.ports == {"http": 4600, "grpc": 4601}


def test_closed_is_not_ready() -> None:
    """A process that stops is no longer ready."""
    surfaces = Surfaces("http")
    surfaces.open("http", 4600)
    surfaces.close()
    assert not surfaces.is_ready
    assert surfaces.ports == {}
