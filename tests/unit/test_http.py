"""Calls to providers: what is repeated, what never is, and what each kind of trouble becomes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from urllib3 import exceptions

from easel.common.deadline import Deadline
from easel.errors import EaselError, GenerationTimeout, ProviderError, ProviderUnreachable, UpstreamError
from easel.providers.http import ERRORS, GET_ATTEMPTS, MAX_ANSWER, Http, Reply
from tests.harness.wire import played

URL = "https://provider.test/v1/images"
TOKEN = "gitee-token-for-tests"

NOWHERE: Any = None  # the connection that an error is about

Answer = Callable[[httpx.Request], httpx.Response]


class Provider:
    """A transport that gives one answer after another (the last one again and again) and keeps what it was asked."""

    def __init__(self, *answers: Answer | Exception | int) -> None:
        self.requests: list[httpx.Request] = []
        self._answers = answers

    def __call__(self, request: httpx.Request) -> httpx.Response:
        answer = self._answers[min(len(self.requests), len(self._answers) - 1)]
        self.requests.append(request)
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer, text=f"status {answer}") if isinstance(answer, int) else answer(request)

    @property
    def http(self) -> Http:
        return Http("gitee", played(self))


def post(provider: Provider, seconds: float = 10) -> object:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    return provider.http.post(URL, {"prompt": "a cat"}, Deadline(seconds), headers=headers)


def get(provider: Provider, seconds: float = 10, limit: int = MAX_ANSWER) -> Reply:
    return provider.http.get(URL, Deadline(seconds), limit=limit)


def every_error(root: type[Exception] = exceptions.HTTPError) -> Iterator[type[Exception]]:
    """urllib3's tree, as installed."""
    yield root
    for kind in root.__subclasses__():
        yield from every_error(kind)


def made(kind: type[Exception]) -> Exception:
    """An instance, whatever its constructor wants."""
    answer = SimpleNamespace(tell=int, length_remaining=9)
    for arguments in ([], [8, 9], ["x"], ["x", "x"], ["x", "x", "x"], [answer, b"x"]):
        with suppress(TypeError, AttributeError):
            return kind(*arguments)
    raise AssertionError(f"{kind} wants something else")


@pytest.mark.parametrize("kind", sorted(set(every_error()), key=str), ids=lambda kind: kind.__name__)
def test_every_error_of_urllib3_becomes_a_providers_fault_with_its_cause(kind: type[Exception]) -> None:
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
        (exceptions.NewConnectionError(NOWHERE, "refused"), ProviderUnreachable),
        (exceptions.ConnectTimeoutError("slow"), ProviderUnreachable),
        (exceptions.TimeoutError("slow"), GenerationTimeout),
        (exceptions.ProtocolError("cut"), ProviderUnreachable),
        (exceptions.DecodeError("no gzip"), ProviderError),
        (exceptions.LocationParseError("no url"), ProviderError),
    ],
)
def test_each_trouble_gets_the_code_that_tells_it(error: Exception, kind: type[EaselError]) -> None:
    with pytest.raises(kind):
        post(Provider(error))


@pytest.mark.parametrize(
    ("error", "heard"),
    [
        (exceptions.NewConnectionError(NOWHERE, "refused"), False),
        (exceptions.ConnectTimeoutError("slow"), False),
        (exceptions.EmptyPoolError(NOWHERE, "none is free"), False),
        (exceptions.ReadTimeoutError(NOWHERE, URL, "no answer yet"), True),
        (exceptions.ProtocolError("cut"), True),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_provider_that_may_have_heard_of_the_call_may_have_drawn(error: Exception, heard: bool) -> None:
    with pytest.raises(UpstreamError) as caught:
        post(Provider(error))
    assert caught.value.drawn is heard


@pytest.mark.parametrize(
    "answer", [200, 400, 429, 500, 502, 503, 504, exceptions.TimeoutError("x"), exceptions.ProtocolError("x")]
)
def test_a_post_is_sent_once_whatever_comes_back(answer: int | Exception) -> None:
    provider = Provider(answer, 200)
    if isinstance(answer, int):
        post(provider)
    else:
        with pytest.raises(UpstreamError):
            post(provider)
    assert len(provider.requests) == 1


def test_a_post_that_was_not_sent_since_no_connection_came_about_is_tried_once_more() -> None:
    provider = Provider(exceptions.ConnectTimeoutError("slow"), 200)
    post(provider)
    assert len(provider.requests) == 2
    away = Provider(exceptions.ConnectTimeoutError("slow"))
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
    [500, 503, exceptions.ProtocolError("cut"), exceptions.SSLError("x"), exceptions.ConnectTimeoutError("x")],
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
    broken = Provider(exceptions.ProtocolError("cut"))
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


def test_every_call_has_a_connect_timeout_and_the_deadline_as_its_limit() -> None:
    provider = Provider(200)
    post(provider, seconds=100)
    limits = provider.requests[0].extensions["timeout"]
    assert limits["connect"] == 5
    assert 90 < limits["read"] <= 100
    post(provider, seconds=2)
    assert provider.requests[1].extensions["timeout"]["connect"] <= 2


def test_an_answer_that_trickles_is_cut_at_the_deadline() -> None:
    deadline = Deadline(0.2)

    def forever() -> Iterator[bytes]:
        while True:  # each piece comes in good time; all of them never do
            yield b"x"

    provider = Provider(lambda request: httpx.Response(200, content=forever()))
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

    provider = Provider(lambda request: httpx.Response(200, content=much()))
    with pytest.raises(ProviderError, match="more than 3 MB"):
        get(provider, limit=3 * 1024 * 1024)
    assert sent == 4


def test_redirects_are_left_to_the_caller() -> None:
    provider = Provider(lambda request: httpx.Response(302, headers={"Location": "http://169.254.169.254/"}))
    assert get(provider).status == 302
    assert len(provider.requests) == 1


@pytest.mark.parametrize("content", [b"<html>busy</html>", b"", b"{", b"\xff\xfe", b"[" * 100_000])
def test_an_answer_that_is_no_json_is_the_providers_error_with_its_text(content: bytes) -> None:
    reply = Provider(lambda request: httpx.Response(200, content=content)).http.get(URL, Deadline(5))
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
        ("1.5", None),
        ("9" * 30, None),
        ("²", None),
    ],
)
def test_retry_after_is_read_in_seconds(header: str, seconds: int | None) -> None:
    headers = [(b"Retry-After", header.encode())]
    reply = Provider(lambda request: httpx.Response(429, headers=headers)).http.get(URL, Deadline(5))
    assert reply.retry_after == seconds
