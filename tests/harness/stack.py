"""A complete stack: emulated API Gateway, the real handlers, emulated providers, and everything that they wrote."""

from __future__ import annotations

import gc
import importlib
import json
import logging
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from easel import catalog
from easel.common.deadline import in_thread
from easel.common.telemetry import logger
from easel.generation import Generator
from easel.providers.http import Http
from easel.settings import settings
from tests.emulators.held_pictures import holding
from tests.harness import template
from tests.harness.cloud import Cloud
from tests.harness.functions import Functions
from tests.harness.gateway import FunctionUrl, Gateway
from tests.harness.patience import HANGS_SECONDS, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.emulators.server import Emulators

TOKENS = {provider: f"{provider}-token-for-tests" for provider in catalog.providers()}
HEADERS = {provider.id: provider.auth_header for provider in catalog.providers().values()}
SPACES = [model.id for provider in catalog.providers().values() for model in provider.models if model.space]
NOWHERE = "http://127.0.0.1:1"  # the address of Spaces that are not emulated: no test calls a real one


class Lines(logging.Handler):
    """Records every line that Easel logs, as CloudWatch would receive it."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.setFormatter(logger.registered_formatter)

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


def forget() -> None:
    """Clear the functions' caches in this process, because the next stack is a different one."""
    gc.unfreeze()  # `get_objects` leaves out what `tests/conftest.py` froze
    everything = gc.get_objects()
    gc.freeze()
    for kept in everything:
        if isinstance(kept, Http):
            kept.close()
        elif isinstance(kept, Generator):
            kept.forget()


class Stack:
    """A deployed Easel at `url` with emulated providers. Spaces are not emulated."""

    def __init__(self, emulators: Emulators) -> None:
        forget()
        deployed = [function for function in template.functions() if function.module != "batch"]
        handlers = {each.name: importlib.import_module(each.module).handler for each in deployed}
        self.functions = Functions(handlers, {each.name: each.timeout for each in deployed})
        self.cloud = Cloud(self.functions.invoke)
        self.gateway = Gateway(self.functions)
        self.url = self.gateway.url
        self.function_url = FunctionUrl(self.functions)
        self._providers = emulators.urls
        self.logs = Lines()
        logger.addHandler(self.logs)
        # The client does not follow redirects. Threads may share it.
        limits = httpx2.Limits(max_connections=None, max_keepalive_connections=None)
        self.http = httpx2.Client(base_url=self.url, timeout=HANGS_SECONDS, trust_env=False, limits=limits)
        self.environment = {
            **{name: str(value) for each in deployed for name, value in each.environment.items()},
            "ANONYMOUS_PICTURES": "100",  # as in `make run`
            **self.cloud.environment,
            **emulators.settings,
            catalog.upscaling_provider().url_setting: json.dumps(dict.fromkeys([*SPACES, catalog.UPSCALER], NOWHERE)),
        }

    def close(self) -> None:
        logger.handlers.remove(self.logs)
        self.gateway.close()
        self.function_url.close()
        self.cloud.close()
        self.http.close()
        forget()

    def generate(
        self, fields: Mapping[str, Any] | None = None, path: str = "/api/generate", **headers: str
    ) -> httpx2.Response:
        """Send a call like `send`, follow its redirects, and return the last response."""
        return self.wait_on(self.send(fields, path, **headers))

    def wait_on(self, answer: httpx2.Response) -> httpx2.Response:
        """Follow redirects to waiting addresses, and return the last response. A slow machine may need several."""
        kept = {name: value for name, value in answer.request.headers.items() if name in ("accept", "authorization")}
        while answer.status_code == 303 and "hop=" in answer.headers["location"]:
            answer = self.http.get(answer.headers["location"], headers=kept)
        return answer

    def send(
        self, fields: Mapping[str, Any] | None = None, path: str = "/api/generate", **headers: str
    ) -> httpx2.Response:
        """Send a generating call with the provider's token. Write header names with `_` for `-`; "" omits a header."""
        body = {"prompt": "a cat", **(fields or {})}
        provider = str(
            body.get("provider")
            or next((name for name in TOKENS if f"/{name}/" in path), catalog.default_provider().id)
        )
        own = {HEADERS[provider]: TOKENS[provider]} if provider in TOKENS else {}
        sent = {**own, **{name.replace("_", "-").title(): value for name, value in headers.items()}}
        lowered = {name.lower(): value for name, value in sent.items()}
        return self.http.post(path, json=body, headers={name: value for name, value in lowered.items() if value})

    @contextmanager
    def holding(self, mark: str, calls: int | None = None) -> Iterator[Callable[[], None]]:
        """Hold back the pictures with `mark` in their prompt. Meanwhile calls redirect almost at once.

        The pictures are released when the yielded function is called, or after `calls` calls. From then on, calls wait
        for their usual time.
        """
        with pytest.MonkeyPatch.context() as patch, holding(mark) as let_go:

            def wait(seconds: float) -> None:
                patch.setenv("WAIT_SECONDS", str(seconds))
                settings.cache_clear()

            def release() -> None:
                wait(25)
                let_go()

            wait(0.3)
            seen, over = self.functions.http_calls + (calls or 0), threading.Event()

            def release_then() -> None:
                until(lambda: over.is_set() or self.functions.http_calls >= seen)
                if not over.is_set():
                    release()

            releasing = in_thread(release_then) if calls else None
            try:
                yield release
            finally:
                over.set()
                if releasing:
                    releasing.result()
        settings.cache_clear()

    def job(self, answer: httpx2.Response) -> dict[str, Any]:
        """Return the response's job from `GET /api/jobs/{id}`."""
        body: dict[str, Any] = self.http.get(f"/api/jobs/{answer.json()['jobId']}").json()
        return body

    def ended(self, answer: httpx2.Response) -> dict[str, Any]:
        """Return the response's job after all functions have ended."""
        self.functions.wait_until_idle()
        return self.job(answer)

    def picture(self, details: Mapping[str, Any]) -> bytes:
        """Download the picture of `imageDetails`."""
        response = self.http.get(details["url"], follow_redirects=True)
        assert response.status_code == 200, response.text
        return response.content

    def received(self, provider: str, mark: str = "") -> list[dict[str, Any]]:
        """Return the generating requests that a provider's emulator received in this test, with `mark` in them."""
        log = self._providers[provider].removesuffix("/v1") + "/_emulator/requests"
        entries = [entry for entry in self.http.get(log).json() if entry["method"] == "POST"]
        return [entry for entry in entries if mark in json.dumps(entry, ensure_ascii=False)]

    def forget_requests(self) -> None:
        """Empty the emulators' logs, so that a test never reads the requests of an earlier one."""
        for url in self._providers.values():
            self.http.delete(f"{url.removesuffix('/v1')}/_emulator/requests")

    def everything_written(self) -> Iterator[tuple[str, str]]:
        """Yield the table, the bucket and the logs, as (place, text)."""
        yield from self.cloud.texts()
        for line in self.logs.lines:
            yield "log", line


def leaks(stack: Stack) -> list[str]:
    """Return the places where a token is stored or logged."""
    secrets = tuple(TOKENS.values())
    return [where for where, text in stack.everything_written() if any(secret in text for secret in secrets)]
