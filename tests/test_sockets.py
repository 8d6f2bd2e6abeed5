import socket

import pytest

from emulator.sockets import StartError, bind


def close(listeners: list[socket.socket]) -> None:
    """Let the ports go."""
    for listener in listeners:
        listener.close()


def test_port_0_takes_a_free_one() -> None:
    """The socket has a port of its own and listens."""
    listeners = bind("127.0.0.1", 0)
    with socket.create_connection(listeners[0].getsockname()):
        close(listeners)


def test_a_name_with_two_addresses_gets_one_port_on_both() -> None:
    """The name localhost is ::1 and 127.0.0.1 on many machines: clients may take either."""
    listeners = bind("localhost", 0)
    ports = {listener.getsockname()[1] for listener in listeners}
    close(listeners)
    assert len(ports) == 1


def test_a_port_in_use_is_named() -> None:
    """The error says which port, and what to set."""
    listeners = bind("127.0.0.1", 0)
    port = listeners[0].getsockname()[1]
    with pytest.raises(StartError) as refused:
        bind("127.0.0.1", port)
    close(listeners)
    assert str(refused.value) == (
        f"port {port} on 127.0.0.1 is in use: stop what listens there, "
        "or set EMULATOR_PORT (0 takes any free port)"
    )


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.host.invalid"])
def test_an_address_that_is_not_here_is_refused(host: str) -> None:
    """The error names the address and the variable."""
    with pytest.raises(StartError) as refused:
        bind(host, 0)
    assert host in str(refused.value)
    assert "EMULATOR_HOST" in str(refused.value)
