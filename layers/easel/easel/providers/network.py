"""Limit httpx2's connections: the addresses they may have, the time of a whole call, and the time they may be idle.

httpx2 limits each single read and write, but not a whole call. It measures idle connections with a clock that may stop
while Lambda freezes the process. httpcore2, which opens httpx2's connections, accepts a `NetworkBackend`. This module
has Easel's.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import httpcore2
import httpx2

from easel.common import aws, ip_addresses
from easel.common.deadline import Deadline

IDLE_SECONDS = 20.0
"""Close a connection that was idle for longer: the server may have closed it while Lambda froze the process."""
MAX_IDLE_CONNECTIONS = 16
MIN_SECONDS = 0.001  # a socket with the timeout 0 does not wait, and raises another error

_deadline: ContextVar[Deadline | None] = ContextVar("deadline", default=None)

Resolve = Callable[[str, int], Sequence[str]]


class UnknownHost(Exception):
    """The host's name has no address."""


class PrivateAddress(Exception):
    """The host has an address that is not public."""


@contextmanager
def until(deadline: Deadline) -> Iterator[None]:
    """Limit every connect, read and write in this thread to the deadline's remaining time."""
    token = _deadline.set(deadline)
    try:
        yield
    finally:
        _deadline.reset(token)


def resolve(host: str, port: int) -> list[str]:
    """Return the host's addresses, IPv4 first, because Lambda often has no IPv6."""
    try:
        entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore2.ConnectError(error) from error
    unique = dict.fromkeys(str(entry[4][0]) for entry in entries)
    return sorted(unique, key=lambda address: ":" in address)


def resolve_public(host: str, port: int) -> list[str]:
    """Return the host's addresses.

    Raises:
        UnknownHost: the host has no address.
        PrivateAddress: one of the addresses is not public.
    """
    try:
        resolved = resolve(host, port)
    except httpcore2.ConnectError as error:
        raise UnknownHost(f"{host}: {error}") from error
    for address in resolved:
        if not ip_addresses.is_public(ipaddress.ip_address(address.partition("%")[0])):
            raise PrivateAddress(f"{host} has the address {address}")
    return resolved


class Network(httpcore2.NetworkBackend):
    """Connects to the addresses that `resolve` returns, in turn, until one accepts. The name is resolved only once."""

    def __init__(self, resolve: Resolve, backend: httpcore2.NetworkBackend | None = None) -> None:
        self._resolve = resolve
        self._backend = backend or httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        *others, last = self._resolve(host, port)
        for address in others:
            try:
                return self._connect(address, port, timeout)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue
        return self._connect(last, port, timeout)

    def _connect(self, address: str, port: int, timeout: float | None) -> httpcore2.NetworkStream:
        return Stream(self._backend.connect_tcp(address, port, _left(timeout)))


class Stream(httpcore2.NetworkStream):
    """A connection with the call's deadline. It is reported as closed by the server after `IDLE_SECONDS`."""

    def __init__(self, stream: httpcore2.NetworkStream) -> None:
        self._stream = stream
        self._used = time.time()

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._stream.read(max_bytes, _left(timeout))
        self._used = time.time()
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(timeout))
        self._used = time.time()

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        return Stream(self._stream.start_tls(ssl_context, server_hostname, _left(timeout)))

    def get_extra_info(self, info: str) -> Any:
        # httpcore2 asks for this before it reuses an idle connection. "readable" means that the server closed it.
        if info == "is_readable" and time.time() - self._used > IDLE_SECONDS:
            return True
        return self._stream.get_extra_info(info)


def _left(timeout: float | None) -> float | None:
    """Return the timeout, limited to the call's remaining time."""
    deadline = _deadline.get()
    if deadline is None:
        return timeout
    left = max(MIN_SECONDS, deadline.remaining())
    return left if timeout is None else min(timeout, left)


def transport(
    resolve: Resolve, backend: httpcore2.NetworkBackend | None = None, trust: ssl.SSLContext | None = None
) -> httpx2.HTTPTransport:
    """Return a transport for httpx2 that connects through `Network`.

    Args:
        resolve: returns a host's addresses, such as `resolve` or `resolve_public`.
        backend: opens the connections. The default is httpcore2's own.
        trust: the TLS settings. The default is `aws.trust`, as for botocore's clients.
    """
    trust = trust or aws.trust()
    made = httpx2.HTTPTransport(verify=trust, trust_env=False)
    # httpx2 has no argument for the backend. A test checks that this pool is used.
    made._pool = httpcore2.ConnectionPool(
        ssl_context=trust,
        max_connections=None,
        max_keepalive_connections=MAX_IDLE_CONNECTIONS,
        keepalive_expiry=IDLE_SECONDS,
        network_backend=Network(resolve, backend),
    )
    return made
