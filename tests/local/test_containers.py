"""`local.containers`: a loopback port can be reached from a bridge, and from nowhere else.

127.0.0.2 is used as the bridge's address, because Linux treats all of 127.0.0.0/8 as its own.
"""

import contextlib
import socket
import sys
import threading
from collections.abc import Iterator
from ipaddress import IPv4Interface

import pytest

from local.containers import reach
from tests.harness.patience import HANGS_SECONDS

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has addresses that it does not have yet")

BRIDGE = IPv4Interface("127.0.0.2/8")


@pytest.fixture
def port() -> Iterator[int]:
    """A server that answers one message of each caller in upper case and closes the connection."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                caller, _ = listener.accept()
            except OSError:
                return
            with caller:
                caller.sendall(caller.recv(1 << 20).upper())

    thread = threading.Thread(target=serve)
    thread.start()
    yield listener.getsockname()[1]
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join()


def ask(host: str, port: int) -> bytes:
    with socket.create_connection((host, port), timeout=HANGS_SECONDS) as caller:
        caller.sendall(b"hello")
        return b"".join(iter(lambda: caller.recv(1 << 16), b""))


def test_a_container_reaches_a_loopback_port(port: int) -> None:
    with reach({port}, [BRIDGE]) as addresses:
        assert addresses == [f"{BRIDGE.ip}:{port}"]
        assert [ask(str(BRIDGE.ip), port) for _ in range(3)] == [b"HELLO"] * 3
    with pytest.raises(ConnectionRefusedError):
        ask(str(BRIDGE.ip), port)


def test_a_caller_outside_the_bridge_is_not_answered(port: int) -> None:
    hung_up = contextlib.suppress(ConnectionResetError)  # before the message was read
    with reach({port}, [IPv4Interface("127.0.0.2/32")]), hung_up:
        assert ask("127.0.0.2", port) == b""


def test_the_bridge_may_appear_later(port: int) -> None:
    with reach({port}, [IPv4Interface("198.51.100.77/24")]) as addresses:
        assert addresses == [f"198.51.100.77:{port}"]


def test_a_port_in_use_is_skipped(port: int) -> None:
    with socket.create_server((str(BRIDGE.ip), port)), reach({port}, [BRIDGE]) as addresses:
        assert addresses == []


def test_it_ends_at_once_even_with_open_connections(port: int) -> None:
    with reach({port}, [BRIDGE]):
        caller = socket.create_connection((str(BRIDGE.ip), port), timeout=HANGS_SECONDS)
    with caller, contextlib.suppress(ConnectionResetError):
        assert caller.recv(1) == b""
