"""The network below httpx2: deadlines, idle connections, and allowed addresses."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from contextlib import closing, suppress
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
from tests.harness.recording_network import RecordedStream, Recorder

if TYPE_CHECKING:
    from tests.harness.clock import Clock

URL = "https://provider.test/v1"


def resolve(host: str, port: int) -> list[str]:
    return ["93.184.216.34"]


def http_on(recorder: Recorder) -> Http:
    return Http("gitee", network.transport(resolve, recorder))


def unreachable(http: Http, url: str = URL) -> ProviderUnreachable:
    with pytest.raises(ProviderUnreachable) as caught:
        http.post(url, {}, Deadline(HANGS_SECONDS), headers={})
    return caught.value


def test_calls_share_botocores_tls_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    trust = aws.trust()
    monkeypatch.setattr(ssl, "SSLContext", None)  # a second one could not be created
    http = Http("gitee")
    http.load()
    for client in (http._client, http._public_client):
        assert isinstance(client._transport, httpx2.HTTPTransport)
        assert client._transport._pool._ssl_context is trust


def test_a_connection_is_reused() -> None:
    recorder = Recorder()
    http = http_on(recorder)
    for _ in range(3):
        http.get(URL, Deadline(HANGS_SECONDS))
    assert (len(recorder.connected), len(recorder.requests)) == (1, 3)


@pytest.mark.parametrize("clock", ["time", "monotonic"])
def test_a_connection_idle_by_either_clock_is_not_reused(clock: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of the clocks may stop while Lambda freezes a process."""
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


def test_no_step_of_a_call_outlasts_the_calls_deadline() -> None:
    recorder = Recorder()
    http_on(recorder).get(URL, Deadline(HANGS_SECONDS))
    assert {step for step, _ in recorder.timeouts} == {"connect", "tls", "write", "read"}
    assert all(timeout is not None and 0 < timeout <= HANGS_SECONDS for _, timeout in recorder.timeouts)


def test_without_a_deadline_the_clients_own_limits_apply() -> None:
    recorder = Recorder()
    http_on(recorder)._client.get(URL, timeout=httpx2.Timeout(7, connect=3))
    assert (recorder.timeouts[0], recorder.timeouts[-1]) == (("connect", 3), ("read", 7))


@pytest.mark.parametrize(
    "text",
    [b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1000, b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b"x" * 1000],
    ids=["headers", "body"],
)
@pytest.mark.parametrize("pause", [0.4, 1000.0], ids=["trickles", "stalls"])
def test_a_slow_answer_is_cut_at_the_deadline(
    text: bytes, pause: float, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = iter(text)

    def read(stream: RecordedStream, size: int, timeout: float | None = None) -> bytes:
        """Receive one byte after a pause."""
        assert timeout is not None
        clock.sleep(min(pause, timeout))
        if pause > timeout:
            raise httpcore2.ReadTimeout
        return bytes([next(left)])

    monkeypatch.setattr(RecordedStream, "read", read)
    with pytest.raises(GenerationTimeout) as caught:
        http_on(Recorder()).post(URL, {}, Deadline(60), headers={})
    assert caught.value.drawn
    assert 59 < sum(clock.slept) < 61


def test_a_closed_connection_may_have_generated() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:

        def hang_up() -> None:
            with suppress(OSError), listening.accept()[0] as connection:
                connection.recv(65536)

        thread = threading.Thread(target=hang_up, daemon=True)
        thread.start()
        with closing(Http("gitee")) as http:
            assert unreachable(http, f"http://127.0.0.1:{listening.getsockname()[1]}/").drawn
    thread.join(HANGS_SECONDS)


def test_an_unreachable_provider_has_generated_nothing() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        port = listening.getsockname()[1]
    for url in (f"http://127.0.0.1:{port}/", "https://no-such-host.invalid/"):
        assert not unreachable(Http("gitee"), url).drawn


@pytest.mark.parametrize("step", ["Recorder.connect_tcp", "RecordedStream.start_tls"])
def test_a_late_connection_is_tried_twice(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = Recorder()
    tries: list[str] = []

    def late(*_: object, **__: object) -> httpcore2.NetworkStream:
        tries.append(step)
        raise httpcore2.ConnectTimeout("slow")

    monkeypatch.setattr(f"tests.harness.recording_network.{step}", late)
    assert not unreachable(http_on(recorder)).drawn
    assert len(tries) == 2
    assert not recorder.requests
