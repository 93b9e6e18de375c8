"""Relay ports from containers to this machine's loopback interface, for `sam local`.

MiniStack and the emulators listen on 127.0.0.1, which inside a container is the container itself. The container
engine's bridge has an address that containers can call, and each port is relayed from there. `samconfig.toml` maps the
containers' `localhost` to this address (`add_host`). So http://localhost:PORT, and links made from it, work on both
sides. Only containers on the bridge are accepted, so nothing is exposed to the network.

Only Linux needs this: Docker Desktop connects `host-gateway` to the loopback interface itself.
"""

import contextlib
import socket
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from ipaddress import IPv4Interface, ip_address

BRIDGES = (IPv4Interface("10.88.0.1/16"), IPv4Interface("172.17.0.1/16"))
"""This machine's addresses on the default bridges of Podman and of Docker."""
IP_FREEBIND = 15  # ip(7): allows binding an address before its bridge exists
CHUNK_BYTES = 1 << 16


@contextlib.contextmanager
def reach(ports: Iterable[int], bridges: Iterable[IPv4Interface] = BRIDGES) -> Iterator[list[str]]:
    """Relay these ports from each bridge. Yield the bound addresses as `host:port`.

    Addresses that cannot be bound are skipped, because `make run` also works without containers.
    """
    bound = [(bridge, listener) for bridge in bridges for port in ports if (listener := _bind(bridge, port))]
    relays = [_Relay(bridge, listener) for bridge, listener in bound]
    try:
        yield ["{}:{}".format(*listener.getsockname()) for _, listener in bound]
    finally:
        for relay in relays:
            relay.close()


def _bind(bridge: IPv4Interface, port: int) -> socket.socket | None:
    if sys.platform != "linux":
        return None
    listener = socket.socket()
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.SOL_IP, IP_FREEBIND, 1)
        listener.bind((str(bridge.ip), port))
        listener.listen()
    except OSError:
        listener.close()
        return None
    return listener


class _Relay:
    """Relays one port of one bridge, with a few threads for each connection."""

    def __init__(self, bridge: IPv4Interface, listener: socket.socket) -> None:
        self._bridge = bridge
        self._listener = listener
        self._callers: dict[threading.Thread, socket.socket] = {}
        self._accepting = _thread(self._accept)

    def close(self) -> None:
        _shut_down(self._listener)  # wakes the thread that accepts connections
        self._accepting.join()
        self._listener.close()
        for thread, caller in list(self._callers.items()):
            _shut_down(caller)
            thread.join()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                caller, (host, _) = self._listener.accept()
                for thread in [thread for thread in self._callers if not thread.is_alive()]:
                    del self._callers[thread]
                if ip_address(host) in self._bridge.network:
                    self._callers[_thread(_answer, caller)] = caller
                else:
                    caller.close()


def _answer(caller: socket.socket) -> None:
    with caller, contextlib.suppress(OSError):
        port = caller.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as target:
            back = _thread(_copy, target, caller)
            _copy(caller, target)
            back.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    """Copy until the source ends, then close both directions: HTTP does not use one direction alone."""
    with contextlib.suppress(OSError):
        while data := source.recv(CHUNK_BYTES):
            target.sendall(data)
    _shut_down(source)
    _shut_down(target)


def _shut_down(end: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it may already be closed
        end.shutdown(socket.SHUT_RDWR)


def _thread(work: Callable[..., None], *arguments: socket.socket) -> threading.Thread:
    thread = threading.Thread(target=work, args=arguments, name="containers", daemon=True)
    thread.start()
    return thread
