import socket
from contextlib import closing
from ipaddress import ip_address

import pytest

from emulator.edge.sockets import cut_peer, read_peer


@pytest.mark.parametrize(
    ("name", "peer"),
    [
        ("ipv4:127.0.0.1:5000", (ip_address("127.0.0.1"), 5000)),
        ("ipv6:%5B::1%5D:5000", (ip_address("::1"), 5000)),
        ("ipv6:[::ffff:10.0.0.1]:5000", (ip_address("10.0.0.1"), 5000)),
        ("unix:/tmp/nowhere", None),
    ],
)
def test_peers_are_read(name: str, peer: object) -> None:
    """As gRPC names them; an IPv4 address is one in either form."""
    assert read_peer(name) == peer


@pytest.mark.parametrize("resets", [False, True])
def test_a_connection_is_cut(*, resets: bool) -> None:
    """The one to that peer and no other; whoever is at its other end sees how."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        ends = [socket.create_connection(listening.getsockname()) for _ in range(2)]
        accepted = [listening.accept()[0] for _ in ends]
        host, port = ends[0].getsockname()
        assert cut_peer(f"ipv4:{host}:{port}", resets=resets)
        if resets:
            with pytest.raises(ConnectionResetError):
                ends[0].recv(1)
        else:
            assert ends[0].recv(1) == b""
        accepted[1].sendall(b"x")
        assert ends[1].recv(1) == b"x"
        for end in (*ends, *accepted):
            end.close()


def test_a_stranger_is_not_found() -> None:
    """There is nothing to cut."""
    assert not cut_peer("ipv4:127.0.0.1:1", resets=True)
    assert not cut_peer("unix:", resets=True)
