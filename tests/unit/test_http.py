"""Calls to providers: which are retried, which never are, and the error for each kind of failure."""

from __future__ import annotations

import gzip
import logging
import threading
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import httpx2
import pytest

from easel.common.deadline import Deadline
from easel.errors import GenerationTimeout, ProviderError, ProviderUnreachable, UpstreamError
from easel.providers.http import ERRORS, GET_ATTEMPTS, MAX_ANSWER, Http, Reply
from tests.harness.clock import Clock
from tests.harness.patience import HANGS_SECONDS

URL = "https://provider.test/v1/images"
TOKEN = "gitee-token-for-tests"

Answer = Callable[[httpx2.Request], httpx2.Response]


class Provider:
    """A transport that returns one answer after another, repeats the last one, and records the requests."""

    def __init__(self, *answers: Answer | Exception | int) -> None:
        self.requests: list[httpx2.Request] = []
        self._answers = answers

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        answer = self._answers[min(len(self.requests), len(self._answers) - 1)]
        self.requests.append(request)
        if isinstance(answer, Exception):
            raise answer
        return httpx2.Response(answer, text=f"status {answer}") if isinstance(answer, int) else answer(request)

    @property
    def http(self) -> Http:
        return Http("gitee", httpx2.MockTransport(self))


@pytest.fixture(autouse=True)
def _clock(clock: Clock) -> None:
    """Pauses before a retried GET take no time."""


def post(provider: Provider, seconds: float = HANGS_SECONDS) -> Reply:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    return provider.http.post(URL, {"prompt": "a cat"}, Deadline(seconds), headers=headers)


def get(provider: Provider, seconds: float = HANGS_SECONDS, limit: int = MAX_ANSWER) -> Reply:
    return provider.http.get(URL, Deadline(seconds), limit=limit)


def every_error() -> set[type[Exception]]:
    """Return the exceptions of the installed httpx2."""
    waiting = [kind for name in httpx2.__all__ if is_error(kind := getattr(httpx2, name))]
    errors: set[type[Exception]] = set()
    while waiting:
        kind = waiting.pop()
        errors.add(kind)
        waiting += [below for below in kind.__subclasses__() if below.__module__.startswith("httpx2")]
    return errors


def is_error(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, Exception)


def made(kind: type[Exception]) -> Exception:
    """Return an instance, whatever arguments its constructor needs."""
    request = httpx2.Request("GET", URL)
    for arguments in ({}, {"message": "x"}, {"message": "x", "request": request, "response": httpx2.Response(500)}):
        with suppress(TypeError):
            return kind(**arguments)
    raise AssertionError(f"{kind} wants something else")


@pytest.mark.parametrize("kind", sorted(every_error(), key=str), ids=lambda kind: kind.__name__)
def test_every_httpx2_error_becomes_an_upstream_error(kind: type[Exception]) -> None:
    error = made(kind)
    with pytest.raises(UpstreamError) as caught:
        post(Provider(error))
    assert caught.value.__cause__ is error
    assert caught.value.provider == "gitee"


def test_the_most_specific_fault_comes_first() -> None:
    for number, (kind, _, _) in enumerate(ERRORS):
        assert not any(issubclass(kind, earlier) for earlier, _, _ in ERRORS[:number]), kind


@pytest.mark.parametrize(
    ("error", "kind", "drawn"),
    [
        (httpx2.ConnectError("refused"), ProviderUnreachable, False),
        (httpx2.ConnectTimeout("slow"), ProviderUnreachable, False),
        (httpx2.PoolTimeout("none is free"), ProviderUnreachable, False),
        (httpx2.UnsupportedProtocol("ftp"), ProviderError, False),
        (httpx2.InvalidURL("no url"), ProviderError, False),
        (httpx2.ReadTimeout("no answer yet"), GenerationTimeout, True),
        (httpx2.WriteTimeout("half of it"), GenerationTimeout, True),
        (httpx2.WriteError("half of it"), ProviderUnreachable, True),
        (httpx2.ReadError("cut"), ProviderUnreachable, True),
        (httpx2.RemoteProtocolError("cut"), ProviderUnreachable, True),
        (httpx2.DecodingError("no gzip"), ProviderError, True),
    ],
    ids=lambda value: type(value).__name__,
)
def test_only_a_possibly_sent_request_may_have_generated(
    error: Exception, kind: type[UpstreamError], drawn: bool
) -> None:
    with pytest.raises(kind) as caught:
        post(Provider(error))
    assert caught.value.drawn is drawn


@pytest.mark.parametrize("answer", [200, 429, 503, httpx2.ReadTimeout("x"), httpx2.RemoteProtocolError("x")])
def test_a_post_with_an_answer_or_a_cut_is_sent_once(answer: int | Exception) -> None:
    provider = Provider(answer, 200)
    with suppress(UpstreamError):
        assert post(provider).status == answer
    assert len(provider.requests) == 1


def test_a_post_without_connection_is_tried_twice() -> None:
    provider, away = Provider(httpx2.ConnectTimeout("slow"), 200), Provider(httpx2.ConnectTimeout("slow"))
    assert post(provider).status == 200
    with pytest.raises(ProviderUnreachable):
        post(away)
    assert len(provider.requests) == len(away.requests) == 2


def test_a_post_sends_json_with_the_given_headers() -> None:
    provider = Provider(200)
    post(provider)
    (request,) = provider.requests
    assert request.headers["content-type"] == "application/json"
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert request.read() == b'{"prompt": "a cat"}'


@pytest.mark.parametrize(
    ("answers", "sent"),
    [
        *(([trouble, 200], 2) for trouble in (500, 503, httpx2.RemoteProtocolError("x"), httpx2.ConnectError("x"))),
        ([httpx2.ConnectTimeout("x"), 200], 2),
        *(([status], 1) for status in (200, 302, 400, 401, 404, 429)),
        ([503], GET_ATTEMPTS),
    ],
    ids=str,
)
def test_a_get_is_retried_after_a_transient_failure(answers: list[int | Exception], sent: int) -> None:
    provider = Provider(*answers)
    assert get(provider).status == answers[-1]
    assert len(provider.requests) == sent


def test_a_get_is_retried_within_its_attempts_and_its_time(clock: Clock) -> None:
    broken = Provider(httpx2.RemoteProtocolError("cut"))
    with pytest.raises(ProviderUnreachable):
        get(broken)
    assert len(broken.requests) == GET_ATTEMPTS
    assert clock.slept == pytest.approx([0.2, 0.4])
    late = Provider(503)
    get(late, seconds=0.5)
    assert len(late.requests) == 1


def test_every_call_has_a_connect_timeout_and_the_deadline() -> None:
    provider = Provider(200)
    post(provider, seconds=100)
    post(provider, seconds=2)
    first, second = (request.extensions["timeout"] for request in provider.requests)
    assert first["connect"] == 5
    assert 5 < first["read"] <= 100
    assert second["connect"] <= 2
    with pytest.raises(GenerationTimeout):
        post(provider, seconds=0)
    assert len(provider.requests) == 2


def test_a_trickling_answer_is_cut_at_the_deadline(clock: Clock) -> None:
    def forever() -> Iterator[bytes]:
        while True:  # each piece is in time, but the answer never ends
            clock.sleep(0.1)
            yield b"x"

    with pytest.raises(GenerationTimeout):
        get(Provider(lambda request: httpx2.Response(200, content=forever())), seconds=9)
    assert sum(clock.slept) >= 9


def test_an_answer_over_the_limit_is_not_read_completely() -> None:
    sent = 0

    def much() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(1000):
            sent += 1
            yield b"x" * 1024 * 1024

    provider = Provider(lambda request: httpx2.Response(200, content=much()))
    with pytest.raises(ProviderError, match="more than 3 MB"):
        get(provider, limit=3 * 1024 * 1024)
    assert sent == 4


@pytest.mark.parametrize("content", [b"<html>busy</html>", b"", b"{", b"\xff\xfe", b"[" * 100_000])
def test_a_response_without_json_is_a_provider_error(content: bytes) -> None:
    reply = get(Provider(lambda request: httpx2.Response(200, content=content)))
    with pytest.raises(ProviderError) as caught:
        reply.json()
    assert "<" not in (caught.value.upstream or "")


RETRY_AFTER = {"7": 7, " 30 ": 30, "0": 0, "": None, "soon": None, "-1": None, "1.5": 2, "9" * 30: 86400, "²": None}


@pytest.mark.parametrize(("header", "seconds"), RETRY_AFTER.items())
def test_retry_after_is_read_in_seconds(header: str, seconds: int | None) -> None:
    headers = [(b"Retry-After", header.encode())]
    assert get(Provider(lambda request: httpx2.Response(429, headers=headers))).retry_after == seconds


@pytest.mark.parametrize(
    ("encoding", "encode"), [("gzip", gzip.compress), ("deflate", zlib.compress), ("", lambda content: content)]
)
def test_the_limit_applies_to_the_decoded_answer(encoding: str, encode: Callable[[bytes], bytes]) -> None:
    packed = encode(b"x" * 4 * 1024 * 1024)
    headers = {"Content-Encoding": encoding}
    provider = Provider(lambda request: httpx2.Response(200, headers=headers, content=iter([packed])))
    assert len(get(provider, limit=4 * 1024 * 1024).content) == 4 * 1024 * 1024
    assert provider.requests[0].headers["accept-encoding"] == "gzip, deflate"
    with pytest.raises(ProviderError, match="more than 3 MB"):
        get(provider, limit=3 * 1024 * 1024)


def test_no_cookie_of_one_call_is_sent_with_the_next() -> None:
    provider = Provider(lambda request: httpx2.Response(200, headers={"Set-Cookie": "account=1; Path=/"}))
    http = provider.http
    for _ in range(2):
        http.get(URL, Deadline(HANGS_SECONDS))
    assert [request.headers.get("cookie") for request in provider.requests] == [None, None]


def test_credentials_in_a_url_do_not_replace_the_token() -> None:
    provider = Provider(200)
    url = URL.replace("://", "://user:password@")
    provider.http.post(url, {}, Deadline(HANGS_SECONDS), headers={"Authorization": f"Bearer {TOKEN}"})
    provider.http.get(url, Deadline(HANGS_SECONDS))
    assert [request.headers.get("authorization") for request in provider.requests] == [f"Bearer {TOKEN}", None]


LOCATIONS = ["http://169.254.169.254/", "http://..]x", "//xn--a..", "http://[::1", "http://h:99999/", "\\", "ftp:"]


@pytest.mark.parametrize("location", LOCATIONS)
def test_redirects_are_left_to_the_caller(location: str) -> None:
    provider = Provider(lambda request: httpx2.Response(302, headers={"Location": location}))
    try:
        assert get(provider).status == 302
    except ProviderError:  # httpx2 parses the address
        assert location != LOCATIONS[0]
    assert len(provider.requests) == 1


def test_no_url_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    Provider(200).http.get(f"{URL}?token={TOKEN}", Deadline(HANGS_SECONDS))
    with pytest.raises(ProviderUnreachable):
        Http("gitee").get(f"http://127.0.0.1:1/{TOKEN}", Deadline(HANGS_SECONDS), attempts=1)
    assert TOKEN not in caplog.text


def test_clients_are_shared_and_recreated_after_closing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "ALL_PROXY"):  # httpx2 would use it by default
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    http, all_here = Http("gitee"), threading.Barrier(8)

    def first(_: int) -> httpx2.Client:
        all_here.wait()
        return http._client

    with ThreadPoolExecutor(8) as callers:
        (client,) = set(callers.map(first, range(8)))
    for each in (client, http._public_client):
        assert not each._mounts
        assert not each.trust_env
    http.load()
    http.close()
    assert http._client is not client
