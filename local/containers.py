"""Lets containers reach what listens on this machine's loopback, for `sam local`.

MiniStack and the emulators listen on 127.0.0.1, where a container finds only itself. A container engine's bridge gives
the machine an address that its containers can call; there each port is relayed. `samconfig.toml` makes that address the
containers' `localhost` (`add_host`), so that one http://localhost:PORT leads to the same place from both sides, and so
do the links made of it. Only containers on the bridge are answered: nothing is opened to the network.

Linux alone needs this: Docker Desktop takes `host-gateway` to the loopback by itself.
"""

import asyncio
import contextlib
import ipaddress
import socket
import sys
import threading
from collections.abc import Coroutine, Iterable, Iterator
from functools import partial
from typing import Any

BRIDGES = (ipaddress.IPv4Interface("10.88.0.1/16"), ipaddress.IPv4Interface("172.17.0.1/16"))
"""This machine on the default bridges of Podman and of Docker."""
IP_FREEBIND = 15  # ip(7): bind an address that the machine does not have yet; engines make bridges when they need them
CHUNK_BYTES = 1 << 16


@contextlib.contextmanager
def reach(ports: Iterable[int], bridges: Iterable[ipaddress.IPv4Interface] = BRIDGES) -> Iterator[list[str]]:
    """Relay these ports from each bridge until the end of the block; gives the addresses, as `host:port`.

    What cannot be bound is left out: `make run` is complete without containers.
    """
    listeners = [(bridge, listener) for bridge in bridges for port in ports if (listener := _bind(bridge, port))]
    ended = threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(_relay(listeners, ended)), name="containers", daemon=True)
    thread.start()
    try:
        yield ["{}:{}".format(*listener.getsockname()) for _, listener in listeners]
    finally:
        ended.set()
        thread.join()


def _bind(bridge: ipaddress.IPv4Interface, port: int) -> socket.socket | None:
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


async def _relay(listeners: Iterable[tuple[ipaddress.IPv4Interface, socket.socket]], ended: threading.Event) -> None:
    servers = [await asyncio.start_server(partial(_answer, bridge), sock=listener) for bridge, listener in listeners]
    await asyncio.to_thread(ended.wait)
    for server in servers:
        server.close()


async def _answer(bridge: ipaddress.IPv4Interface, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    port = writer.get_extra_info("sockname")[1]
    with contextlib.closing(writer), contextlib.suppress(OSError):
        if ipaddress.ip_address(writer.get_extra_info("peername")[0]) not in bridge.network:
            return
        target_reader, target_writer = await asyncio.open_connection("127.0.0.1", port)
        with contextlib.closing(target_writer):
            await _either(_copy(reader, target_writer), _copy(target_reader, writer))


async def _either(*directions: Coroutine[Any, Any, None]) -> None:
    """Until one is done: with HTTP, who ends one direction has no use for the other."""
    tasks = [asyncio.create_task(direction) for direction in directions]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await source.read(CHUNK_BYTES):
            target.write(data)
            await target.drain()
