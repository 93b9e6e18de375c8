"""Calls to providers: what is repeated, what never is, and what each kind of trouble becomes."""

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
from easel.errors import EaselError, GenerationTimeout, ProviderError, ProviderUnreachable, UpstreamError
from easel.providers.http import ERRORS, GET_ATTEMPTS, MAX_ANSWER, Http, Reply
from tests.harness.patience import HANGS_SECONDS

URL = "https://provider.test/v1/images"
TOKEN = "gitee-token-for-tests"

Answer = Callable[[httpx2.Request], httpx2.Response]


class Provider:
    """A transport that gives one answer after another (the last one again and again) and keeps what it was asked."""

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


def post(provider: Provider, seconds: float = HANGS_SECONDS) -> object:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    return provider.http.post(URL, {"prompt": "a cat"}, Deadline(seconds), headers=headers)


def get(provider: Provider, seconds: float = HANGS_SECONDS, limit: int = MAX_ANSWER) -> Reply:
    return provider.http.get(URL, Deadline(seconds), limit=limit)


def every_error() -> set[type[Exception]]:
    """Return the exceptions of httpx2, as installed."""
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
    """Return an instance, whatever its constructor wants."""
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
    ("error", "kind"),
    [
        (httpx2.ConnectError("refused"), ProviderUnreachable),
        (httpx2.ConnectTimeout("slow"), ProviderUnreachable),
        (httpx2.ReadTimeout("slow"), GenerationTimeout),
        (httpx2.WriteTimeout("slow"), GenerationTimeout),
        (httpx2.RemoteProtocolError("cut"), ProviderUnreachable),
        (httpx2.ReadError("cut"), ProviderUnreachable),
        (httpx2.DecodingError("no gzip"), ProviderError),
        (httpx2.InvalidURL("no url"), ProviderError),
        (httpx2.UnsupportedProtocol("ftp"), ProviderError),
    ],
)
def test_each_trouble_gets_the_code_that_tells_it(error: Exception, kind: type[EaselError]) -> None:
    with pytest.raises(kind):
        post(Provider(error))


@pytest.mark.parametrize(
    ("error", "heard"),
    [
        (httpx2.ConnectError("refused"), False),
        (httpx2.ConnectTimeout("slow"), False),
        (httpx2.PoolTimeout("none is free"), False),
        (httpx2.UnsupportedProtocol("ftp"), False),
        (httpx2.InvalidURL("no url"), False),
        (httpx2.ReadTimeout("no answer yet"), True),
        (httpx2.WriteTimeout("half of it"), True),
        (httpx2.WriteError("half of it"), True),
        (httpx2.ReadError("cut"), True),
        (httpx2.RemoteProtocolError("cut"), True),
        (httpx2.DecodingError("no gzip"), True),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_call_that_may_have_been_received_may_have_drawn(error: Exception, heard: bool) -> None:
    with pytest.raises(UpstreamError) as caught:
        post(Provider(error))
    assert caught.value.drawn is heard


@pytest.mark.parametrize(
    "answer", [200, 400, 429, 500, 502, 503, 504, httpx2.ReadTimeout("x"), httpx2.RemoteProtocolError("x")]
)
def test_a_post_is_sent_once_whatever_comes_back(answer: int | Exception) -> None:
    provider = Provider(answer, 200)
    if isinstance(answer, int):
        post(provider)
    else:
        with pytest.raises(UpstreamError):
            post(provider)
    assert len(provider.requests) == 1


def test_a_post_without_connection_is_tried_once_more() -> None:
    provider = Provider(httpx2.ConnectTimeout("slow"), 200)
    post(provider)
    assert len(provider.requests) == 2
    away = Provider(httpx2.ConnectTimeout("slow"))
    with pytest.raises(ProviderUnreachable) as caught:
        post(away)
    assert not caught.value.drawn
    assert len(away.requests) == 2


def test_a_post_says_what_it_sends() -> None:
    provider = Provider(200)
    post(provider)
    request = provider.requests[0]
    assert request.headers["content-type"] == "application/json"
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert request.read() == b'{"prompt": "a cat"}'


@pytest.mark.parametrize(
    "trouble",
    [500, 503, httpx2.RemoteProtocolError("cut"), httpx2.ConnectError("x"), httpx2.ConnectTimeout("x")],
)
def test_a_get_is_repeated_after_a_passing_trouble(trouble: int | Exception) -> None:
    provider = Provider(trouble, 200)
    assert get(provider).status == 200
    assert len(provider.requests) == 2


@pytest.mark.parametrize("status", [200, 302, 400, 401, 404, 429])
def test_a_get_is_not_repeated_after_an_answer(status: int) -> None:
    provider = Provider(status)
    get(provider)
    assert len(provider.requests) == 1


def test_a_get_is_repeated_a_few_times_only() -> None:
    provider = Provider(503)
    assert get(provider).status == 503
    assert len(provider.requests) == GET_ATTEMPTS
    broken = Provider(httpx2.RemoteProtocolError("cut"))
    with pytest.raises(ProviderUnreachable):
        get(broken)
    assert len(broken.requests) == GET_ATTEMPTS


def test_a_get_without_time_for_another_is_not_repeated() -> None:
    provider = Provider(503)
    get(provider, seconds=0.5)
    assert len(provider.requests) == 1


def test_without_time_left_nothing_is_sent() -> None:
    provider = Provider(200)
    with pytest.raises(GenerationTimeout):
        post(provider, seconds=0)
    assert not provider.requests


def test_every_call_has_a_connect_timeout_and_the_deadline() -> None:
    provider = Provider(200)
    post(provider, seconds=100)
    limits = provider.requests[0].extensions["timeout"]
    assert limits["connect"] == 5
    assert 5 < limits["read"] <= 100
    post(provider, seconds=2)
    assert provider.requests[1].extensions["timeout"]["connect"] <= 2


def test_an_answer_that_trickles_is_cut_at_the_deadline() -> None:
    deadline = Deadline(0.2)

    def forever() -> Iterator[bytes]:
        while True:  # each piece comes in good time; all of them never do
            yield b"x"

    provider = Provider(lambda request: httpx2.Response(200, content=forever()))
    with pytest.raises(GenerationTimeout):
        provider.http.get(URL, deadline)
    assert deadline.passed


def test_an_answer_over_the_limit_is_not_read_to_its_end() -> None:
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


def test_redirects_are_left_to_the_caller() -> None:
    provider = Provider(lambda request: httpx2.Response(302, headers={"Location": "http://169.254.169.254/"}))
    assert get(provider).status == 302
    assert len(provider.requests) == 1


@pytest.mark.parametrize("content", [b"<html>busy</html>", b"", b"{", b"\xff\xfe", b"[" * 100_000])
def test_a_response_without_json_is_a_provider_error(content: bytes) -> None:
    reply = Provider(lambda request: httpx2.Response(200, content=content)).http.get(URL, Deadline(HANGS_SECONDS))
    with pytest.raises(ProviderError) as caught:
        reply.json()
    assert "<" not in (caught.value.upstream or "")


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7),
        (" 30 ", 30),
        ("0", 0),
        ("", None),
        ("soon", None),
        ("-1", None),
        ("1.5", 2),
        ("9" * 30, 86400),
        ("²", None),
    ],
)
def test_retry_after_is_read_in_seconds(header: str, seconds: int | None) -> None:
    headers = [(b"Retry-After", header.encode())]
    reply = Provider(lambda request: httpx2.Response(429, headers=headers)).http.get(URL, Deadline(HANGS_SECONDS))
    assert reply.retry_after == seconds


@pytest.mark.parametrize(
    ("encoding", "encode"), [("gzip", gzip.compress), ("deflate", zlib.compress), ("", lambda content: content)]
)
def test_an_answer_is_decoded_before_it_is_measured(encoding: str, encode: Callable[[bytes], bytes]) -> None:
    packed = encode(b"x" * 4 * 1024 * 1024)
    provider = Provider(lambda request: httpx2.Response(200, headers={"Content-Encoding": encoding}, content=stream()))

    def stream() -> Iterator[bytes]:
        yield packed

    assert len(get(provider, limit=4 * 1024 * 1024).content) == 4 * 1024 * 1024
    with pytest.raises(ProviderError, match="more than 3 MB"):
        get(provider, limit=3 * 1024 * 1024)


def test_only_encodings_that_can_be_read_are_asked_for() -> None:
    provider = Provider(200)
    get(provider)
    assert provider.requests[0].headers["accept-encoding"] == "gzip, deflate"


def test_no_cookie_of_one_call_is_sent_with_the_next() -> None:
    provider = Provider(lambda request: httpx2.Response(200, headers={"Set-Cookie": "account=1; Path=/"}))
    http = provider.http
    for _ in range(2):
        http.get(URL, Deadline(HANGS_SECONDS))
    assert [request.headers.get("cookie") for request in provider.requests] == [None, None]


def test_a_urls_user_does_not_replace_the_token() -> None:
    provider = Provider(200)
    url = URL.replace("://", "://user:password@")
    provider.http.post(url, {}, Deadline(HANGS_SECONDS), headers={"Authorization": f"Bearer {TOKEN}"})
    assert provider.requests[0].headers["authorization"] == f"Bearer {TOKEN}"
    provider.http.get(url, Deadline(HANGS_SECONDS))
    assert "authorization" not in provider.requests[1].headers


def test_netrc_and_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    http = Http("gitee")
    http.load()
    for client in (http._client, http._public_client):
        assert not client._mounts
        assert not client.trust_env
    http.close()


def test_first_calls_at_once_share_a_client() -> None:
    http, all_here = Provider(200).http, threading.Barrier(8)

    def first(_: int) -> httpx2.Client:
        all_here.wait()
        return http._client

    with ThreadPoolExecutor(8) as callers:
        assert len(set(callers.map(first, range(8)))) == 1


@pytest.mark.parametrize("location", ["http://..]x", "//xn--a..", "http://[::1", "http://h:99999/", "\\", "ftp:"])
def test_a_redirect_to_no_url_is_the_providers_error(location: str) -> None:
    provider = Provider(lambda request: httpx2.Response(302, headers={"Location": location}))
    with suppress(ProviderError):
        assert get(provider).status == 302
    assert len(provider.requests) == 1


def test_no_url_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    Provider(200).http.get(f"{URL}?token={TOKEN}", Deadline(HANGS_SECONDS))
    with pytest.raises(ProviderUnreachable):
        Http("gitee").get(f"http://127.0.0.1:1/{TOKEN}", Deadline(HANGS_SECONDS), attempts=1)
    assert TOKEN not in caplog.text


def test_closed_connections_are_made_anew() -> None:
    provider = Provider(200)
    http = provider.http
    http.load()
    http.close()
    assert http.get(URL, Deadline(HANGS_SECONDS)).status == 200
