"""A provider that is played: stands where connections to providers are made, and speaks httpx to the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, cast

import httpx
import urllib3
from urllib3 import exceptions

Play = Callable[[httpx.Request], httpx.Response]


def played(play: Play) -> urllib3.PoolManager:
    """Connections whose every request is answered by `play`; an error of httpx's that it raises becomes urllib3's."""
    return cast("urllib3.PoolManager", _Pools(play))


class _Pools:
    def __init__(self, play: Play) -> None:
        self._play = play

    def clear(self) -> None:
        pass

    def connection_from_host(
        self, host: str, port: int | None, scheme: str, pool_kwargs: dict[str, str]
    ) -> _Connections:
        urllib3.PoolManager().connection_from_host(host, port, scheme)  # refuses what urllib3 refuses
        return _Connections(self._play, f"{scheme}://{host}{f':{port}' if port else ''}", pool_kwargs)


class _Connections:
    def __init__(self, play: Play, origin: str, options: dict[str, str]) -> None:
        self._play, self._origin, self._options = play, origin, options

    def urlopen(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None,
        headers: dict[str, str],
        timeout: urllib3.Timeout,
        retries: bool,
        redirect: bool,
        preload_content: bool,
    ) -> urllib3.HTTPResponse:
        assert (retries, redirect, preload_content) == (False, False, False)
        told = {"timeout": {"connect": timeout.connect_timeout, "read": timeout.read_timeout}, **self._options}
        request = httpx.Request(method, self._origin + path, headers=headers, content=body, extensions=told)
        try:
            answer = self._play(request)
        except httpx.HTTPError as error:
            raise _translated(error) from error
        return urllib3.HTTPResponse(
            cast("Any", _Body(answer)),
            urllib3.HTTPHeaderDict(answer.headers.multi_items()),
            answer.status_code,
            preload_content=False,
        )


class _Body:
    """The answer's bytes, piece by piece as the test makes them. Already decoded: such a test sends no encoding."""

    closed = False

    def __init__(self, answer: httpx.Response) -> None:
        self._pieces: Iterator[bytes] = iter(cast("Any", answer.stream))
        self._rest = b""

    def read1(self, amount: int = -1) -> bytes:
        try:
            piece = self._rest or next((piece for piece in self._pieces if piece), b"")
        except httpx.HTTPError as error:
            raise _translated(error) from error
        end = len(piece) if amount < 0 else amount
        self._rest = piece[end:]
        return piece[:end]

    read = read1

    def close(self) -> None:
        self.closed = True


def _translated(error: httpx.HTTPError) -> exceptions.HTTPError:
    text = str(error)
    if isinstance(error, httpx.ConnectTimeout):
        return exceptions.ConnectTimeoutError(text)
    if isinstance(error, httpx.TimeoutException):
        return exceptions.TimeoutError(text)
    if isinstance(error, httpx.ConnectError):
        return exceptions.NewConnectionError(cast("Any", None), text)
    return exceptions.ProtocolError(text)
