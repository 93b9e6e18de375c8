"""`local.api_gateway`: an address in front of MiniStack that behaves like API Gateway."""

import asyncio
import base64
import gzip
import json
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local import api_gateway
from local.errors import LocalError
from tests.harness.patience import HANGS_SECONDS

cut_off, finished = threading.Event(), threading.Event()


async def echo(request: Request) -> Response:
    body = base64.b64encode(await request.body()).decode()
    path = request.scope["raw_path"].decode()
    return JSONResponse({"method": request.method, "path": path, "query": request.url.query,
                         "headers": request.headers.items(), "body": body})  # fmt: skip


async def slow(_request: Request) -> Response:
    while not cut_off.is_set():
        await asyncio.sleep(0.02)
    finished.set()
    return Response("late")


async def packed(_request: Request) -> Response:
    return Response(gzip.compress(b"text"), headers={"content-encoding": "gzip", "set-cookie": "a=b"})


async def failed(request: Request) -> Response:
    error, status = json.loads(request.query_params["body"]), int(request.query_params["status"])
    return JSONResponse(error, status)


UPSTREAM = Starlette(
    routes=[
        Route("/api-id/slow", slow),
        Route("/api-id/packed", packed),
        Route("/api-id/failed", failed),
        Route("/api-id/{path:path}", echo, methods=api_gateway.METHODS),
    ]
)


@contextmanager
def served(app: Starlette) -> Iterator[str]:
    with api_gateway.bind(0) as listener, api_gateway.serve(app, listener):
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture
def calls() -> list[tuple[str, str, int]]:
    return []


@pytest.fixture
def client(calls: list[tuple[str, str, int]]) -> Iterator[httpx2.Client]:
    def note(method: str, path: str, status: int, seconds: float) -> None:
        calls.append((method, path, status))

    with served(UPSTREAM) as upstream:
        about = {"X-Emulated-Providers": "gitee"}
        behind = api_gateway.Target(f"{upstream}/api-id", time_limit=HANGS_SECONDS, about=about)
        app = api_gateway.create_app(behind, note)
        with served(app) as address, httpx2.Client(base_url=address) as client:
            yield client


def test_path_query_headers_and_body_pass_unchanged(client: httpx2.Client) -> None:
    address = f"{client.base_url.host}:{client.base_url.port}"
    answer = client.post("/a%2Fb/%C3%BC?x=1&x=%20", content=b"\x00\xff", headers={"X-API-Key": "k"}).json()
    assert answer["method"] == "POST"
    assert answer["path"] == "/api-id/a%2Fb/%C3%BC"
    assert answer["query"] == "x=1&x=%20"
    assert base64.b64decode(answer["body"]) == b"\x00\xff"
    headers = dict(answer["headers"])
    assert headers["x-api-key"] == "k"
    assert headers["host"] == address


def test_the_page_reads_at_api_what_is_emulated(client: httpx2.Client) -> None:
    seen = [client.get(path).headers.get("X-Emulated-Providers") for path in ("/api", "/api/models")]
    assert seen == ["gitee", None]


def test_a_header_may_contain_any_byte(client: httpx2.Client) -> None:
    sent = {b"x-api-key": "\u732b \u00fc".encode(), b"x-forwarded-for": b"\xff"}
    answer = client.get("/x", headers=list(sent.items()))
    assert answer.status_code == 200
    assert dict(answer.json()["headers"])["x-api-key"].encode("latin-1") == sent[b"x-api-key"]


def test_a_path_with_a_number_sign_is_a_bad_request(client: httpx2.Client) -> None:
    host, port = client.base_url.host, client.base_url.port
    with socket.create_connection((host, port or 80)) as connection:
        connection.sendall(b"GET /a#b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        answer = b"".join(iter(lambda: connection.recv(4096), b""))
    assert answer.startswith(b"HTTP/1.1 400 ")


def test_forwarded_headers_are_those_of_api_gateway(client: httpx2.Client) -> None:
    headers = dict(client.get("/x", headers={"X-Forwarded-For": "203.0.113.9"}).json()["headers"])
    assert headers["x-forwarded-for"] == "203.0.113.9, 127.0.0.1"
    assert headers["x-forwarded-proto"] == "http"
    assert headers["x-forwarded-port"] == str(client.base_url.port)


def test_a_response_keeps_its_encoding_and_headers(client: httpx2.Client) -> None:
    answer = client.get("/packed")
    assert answer.text == "text"
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["set-cookie"] == "a=b"


def test_a_long_call_is_cut_off_while_the_function_continues() -> None:
    with (
        served(UPSTREAM) as upstream,
        served(api_gateway.create_app(api_gateway.Target(f"{upstream}/api-id", 0.3))) as address,
    ):
        answer = httpx2.get(f"{address}/slow")
        cut_off.set()
        assert finished.wait(HANGS_SECONDS)
    assert (answer.status_code, answer.json()) == (503, {"message": "Service Unavailable"})


def test_a_body_over_the_limit_is_refused(client: httpx2.Client) -> None:
    answer = client.post("/x", content=bytes(api_gateway.BODY_LIMIT + 1))
    assert (answer.status_code, answer.json()) == (413, {"message": "Request Entity Too Large"})


@pytest.mark.parametrize(
    ("status", "body", "seen"),
    [
        (502, {"errorMessage": "boom", "errorType": "ValueError"}, (500, {"message": "Internal Server Error"})),
        (429, {"Reason": "ConcurrentInvocationLimitExceeded"}, (503, {"message": "Service Unavailable"})),
        (502, {"error": "a provider's", "code": "PROVIDER_ERROR"}, (502, None)),
        (429, {"error": "a provider's", "code": "RATE_LIMITED"}, (429, None)),
    ],
)
def test_a_broken_functions_error_is_api_gateways(
    client: httpx2.Client, status: int, body: dict[str, str], seen: tuple[int, dict[str, str] | None]
) -> None:
    answer = client.get("/failed", params={"status": status, "body": json.dumps(body)})
    assert (answer.status_code, answer.json()) == (seen[0], seen[1] or body)


@pytest.mark.parametrize(
    ("status", "body", "seen"),
    [
        (502, {"errorMessage": "boom", "errorType": "ValueError"}, (502, {"message": "Internal Server Error"})),
        (429, {"Reason": "ConcurrentInvocationLimitExceeded"}, (429, {"message": "Rate Exceeded."})),
        (502, {"error": "a provider's", "code": "PROVIDER_ERROR"}, (502, None)),
    ],
)
def test_a_broken_functions_error_is_the_function_urls(
    status: int, body: dict[str, str], seen: tuple[int, dict[str, str] | None]
) -> None:
    with (
        served(UPSTREAM) as upstream,
        served(api_gateway.create_app(api_gateway.function_url(f"{upstream}/api-id"))) as address,
    ):
        query = {"status": str(status), "body": json.dumps(body)}
        answer = httpx2.get(f"{address}/failed", params=query, timeout=HANGS_SECONDS)
        large = httpx2.post(f"{address}/x", content=bytes(api_gateway.PAYLOAD_LIMIT + 1), timeout=HANGS_SECONDS)
    assert (answer.status_code, answer.json()) == (seen[0], seen[1] or body)
    assert large.status_code == 413


def test_a_busy_port_of_the_second_address_is_replaced() -> None:
    with api_gateway.bind(0) as taken, api_gateway.bind_or_any(taken.getsockname()[1]) as other:
        assert other.getsockname()[1] != taken.getsockname()[1]


def test_slow_calls_run_in_parallel() -> None:
    """Each call is answered only after all of them have arrived."""
    here, all_here = 0, asyncio.Event()

    async def together(_request: Request) -> Response:
        nonlocal here
        here += 1
        if here == 45:
            all_here.set()
        await all_here.wait()
        return Response("together")

    with (
        served(Starlette(routes=[Route("/api-id/together", together)])) as upstream,
        served(api_gateway.create_app(api_gateway.Target(f"{upstream}/api-id"))) as address,
        httpx2.Client(base_url=address, timeout=HANGS_SECONDS) as client,
        ThreadPoolExecutor(45) as threads,
    ):
        answers = list(threads.map(lambda _: client.get("/together"), range(45)))
    assert {answer.status_code for answer in answers} == {200}


def test_calls_are_reported_with_path_and_status(client: httpx2.Client, calls: list[tuple[str, str, int]]) -> None:
    client.delete("/x?secret=1")
    assert calls == [("DELETE", "/x", 200)]


def test_a_missing_backend_is_a_server_error() -> None:
    with served(api_gateway.create_app(api_gateway.Target("http://127.0.0.1:9/api-id"))) as address:
        answer = httpx2.get(address)
    assert (answer.status_code, answer.json()) == (500, {"message": "Internal Server Error"})


def test_a_busy_port_is_reported_with_a_remedy() -> None:
    with api_gateway.bind(0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(LocalError, match=rf"Port {port} .* make run PORT={port + 1}"):
            api_gateway.bind(port)
