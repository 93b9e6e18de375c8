"""The network under httpx2: deadlines, idle connections, and which addresses are connected to."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING

import httpcore2
import httpx2
import pytest

from easel.common import aws
from easel.common.deadline import Deadline
from easel.errors import GenerationTimeout, ProviderUnreachable
from easel.providers import network
from easel.providers.http import Http
from tests.harness.patience import HANGS_SECONDS
from tests.harness.recording_network import Recorder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

URL = "https://provider.test/v1"


def resolve(host: str, port: int) -> list[str]:
    return ["93.184.216.34"]


def http_on(recorder: Recorder) -> Http:
    return Http("gitee", network.transport(resolve, recorder))


def test_calls_share_botocores_tls_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    trust = aws.trust()
    monkeypatch.setattr(ssl, "SSLContext", None)  # another one cannot be made
    http = Http("gitee")
    http.load()
    for client in (http._client, http._public_client):
        assert isinstance(client._transport, httpx2.HTTPTransport)
        assert client._transport._pool._ssl_context is trust


def test_a_connection_is_used_again() -> None:
    recorder = Recorder()
    http = http_on(recorder)
    for _ in range(3):
        http.get(URL, Deadline(HANGS_SECONDS))
    assert len(recorder.connected) == 1
    assert len(recorder.requests) == 3


@pytest.mark.parametrize("clock", ["time", "monotonic"])
def test_a_connection_that_was_idle_by_either_clock_is_not(clock: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """While Lambda freezes a process, one of its clocks may stand still."""
    recorder = Recorder()
    http = http_on(recorder)
    http.get(URL, Deadline(100))
    real = getattr(time, clock)
    monkeypatch.setattr(time, clock, lambda: real() + network.IDLE_SECONDS + 1)
    http.get(URL, Deadline(100))
    assert len(recorder.connected) == 2


def test_a_connection_in_use_survives_a_later_call(monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = Recorder()
    client = http_on(recorder)._client
    with client.stream("GET", URL) as answer:
        real = time.time
        monkeypatch.setattr(time, "time", lambda: real() + network.IDLE_SECONDS + 1)
        client.get(URL)
        assert answer.read() == b"cat"
    assert len(recorder.connected) == 2


def test_no_step_of_a_call_may_take_longer_than_the_call() -> None:
    recorder = Recorder()
    http_on(recorder).get(URL, Deadline(2))
    assert {step for step, _ in recorder.timeouts} == {"connect", "tls", "write", "read"}
    assert all(timeout is not None and 0 < timeout <= 2 for _, timeout in recorder.timeouts)


def test_without_a_deadline_the_clients_own_limits_hold() -> None:
    recorder = Recorder()
    http_on(recorder)._client.get(URL, timeout=httpx2.Timeout(7, connect=3))
    assert recorder.timeouts[0] == ("connect", 3)
    assert recorder.timeouts[-1] == ("read", 7)


@contextmanager
def server(answer: Callable[[socket.socket], object]) -> Iterator[str]:
    """A server that reads a request and then answers as told."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:

        def serve() -> None:
            with suppress(OSError):
                connection = listening.accept()[0]
                with connection:
                    connection.recv(65536)
                    answer(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    thread.join(10)


def trickle(text: bytes) -> Callable[[socket.socket], None]:
    def send(connection: socket.socket) -> None:
        for byte in text:
            connection.sendall(bytes([byte]))
            time.sleep(0.05)

    return send


@pytest.mark.parametrize(
    "text",
    [b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1000, b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b"x" * 1000],
    ids=["headers", "body"],
)
def test_an_answer_that_trickles_is_cut_at_the_deadline(text: bytes) -> None:
    deadline = Deadline(1.5)
    http = Http("gitee")
    with server(trickle(text)) as url, closing(http), pytest.raises(GenerationTimeout) as caught:
        http.post(url, {}, deadline, headers={})
    assert deadline.passed
    assert caught.value.drawn


def test_an_answer_that_stalls_is_cut_at_the_deadline() -> None:
    deadline = Deadline(1.5)
    stalled = threading.Event()

    def stall(connection: socket.socket) -> None:
        time.sleep(0.2)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nxx")
        stalled.wait(HANGS_SECONDS)

    http = Http("gitee")
    with server(stall) as url, closing(http):
        with pytest.raises(GenerationTimeout):
            http.get(url, deadline)
        stalled.set()


def test_a_server_that_hangs_up_may_have_generated() -> None:
    http = Http("gitee")
    with server(lambda connection: None) as url, closing(http), pytest.raises(ProviderUnreachable) as caught:
        http.post(url, {}, Deadline(HANGS_SECONDS), headers={})
    assert caught.value.drawn


def test_a_refused_connection_counts_as_unsent() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        port = listening.getsockname()[1]
    with pytest.raises(ProviderUnreachable) as caught:
        Http("gitee").post(f"http://127.0.0.1:{port}/", {}, Deadline(HANGS_SECONDS), headers={})
    assert not caught.value.drawn


def test_an_unknown_provider_host_counts_as_unsent() -> None:
    with pytest.raises(ProviderUnreachable) as caught:
        Http("gitee").post("https://no-such-host.invalid/", {}, Deadline(HANGS_SECONDS), headers={})
    assert not caught.value.drawn


@pytest.mark.parametrize("silent", ["accepts nothing", "shakes no hands"])
def test_a_connection_that_is_late_is_tried_twice(silent: str, monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = Recorder()
    tries: list[str] = []

    def late(*_: object, **__: object) -> httpcore2.NetworkStream:
        tries.append(silent)
        raise httpcore2.ConnectTimeout("slow")

    if silent == "accepts nothing":
        monkeypatch.setattr(recorder, "connect_tcp", late)
    else:
        monkeypatch.setattr("tests.harness.recording_network.RecordedStream.start_tls", late)
    with pytest.raises(ProviderUnreachable) as caught:
        http_on(recorder).post(URL, {}, Deadline(HANGS_SECONDS), headers={})
    assert len(tries) == 2
    assert not caught.value.drawn
    assert not recorder.requests
