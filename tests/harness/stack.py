"""Everything together: HTTP in front, the real handlers behind, emulated providers beyond, and what they all wrote."""

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
from tests.harness.cloud import Cloud, texts
from tests.harness.functions import Functions
from tests.harness.gateway import FunctionUrl, Gateway
from tests.harness.patience import HANGS_SECONDS, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.emulators.server import Emulators

TOKENS = {provider: f"{provider}-token-for-tests" for provider in catalog.providers()}
HEADERS = {provider.id: provider.auth_header for provider in catalog.providers().values()}
SPACES = [model.id for provider in catalog.providers().values() for model in provider.models if model.space]
NOWHERE = "http://127.0.0.1:1"  # where no Space is emulated: a test never reaches a real one


class Lines(logging.Handler):
    """Keeps every line that Easel logs, as CloudWatch would get it."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.setFormatter(logger.registered_formatter)

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


def forget() -> None:
    """Make the functions of this process forget what they kept for their next call: the next stack is another one."""
    for kept in gc.get_objects():
        if isinstance(kept, Http):
            kept.close()
        elif isinstance(kept, Generator):
            kept.forget()


class Stack:
    """A deployed Easel at `url`, in front of emulated providers; the Spaces are nowhere."""

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
        # Redirects are left to the caller; threads may share it.
        limits = httpx2.Limits(max_connections=None, max_keepalive_connections=None)
        self.http = httpx2.Client(base_url=self.url, timeout=HANGS_SECONDS, trust_env=False, limits=limits)
        self.environment = {
            **{name: str(value) for each in deployed for name, value in each.environment.items()},
            "ANONYMOUS_PICTURES": "100",  # as `make run` has it
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
        """Return what a client gets that sends a call as `send` does, and waits on where it is told to."""
        return self.wait_on(self.send(fields, path, **headers))

    def wait_on(self, answer: httpx2.Response) -> httpx2.Response:
        """Return the answer, or what the addresses to wait on come to: a slow machine may take longer than one call
        may.
        """
        kept = {name: value for name, value in answer.request.headers.items() if name in ("accept", "authorization")}
        while answer.status_code == 303 and "hop=" in answer.headers["location"]:
            answer = self.http.get(answer.headers["location"], headers=kept)
        return answer

    def send(
        self, fields: Mapping[str, Any] | None = None, path: str = "/api/generate", **headers: str
    ) -> httpx2.Response:
        """Return one generating call with the provider's token; header names with `_` for `-`, "" leaves one out."""
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
        """Hold back the pictures with that mark in their prompt, in a deployment whose calls hardly wait for any.

        They are let go when the function that this gives is called, or once the deployment has had so many calls:
        from then on calls wait as long as ever.
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
        """Return the job of an answer, as `GET /api/jobs/{id}` shows it now."""
        body: dict[str, Any] = self.http.get(f"/api/jobs/{answer.json()['jobId']}").json()
        return body

    def ended(self, answer: httpx2.Response) -> dict[str, Any]:
        """Return the job of an answer once the functions are at rest."""
        self.functions.wait_until_idle()
        return self.job(answer)

    def picture(self, details: Mapping[str, Any]) -> bytes:
        """Return what the link in `imageDetails` leads to."""
        response = self.http.get(details["url"], follow_redirects=True)
        assert response.status_code == 200, response.text
        return response.content

    def received(self, provider: str, mark: str = "") -> list[dict[str, Any]]:
        """Return what reached a provider's emulator to be generated, of prompts with `mark` in them."""
        log = self._providers[provider].removesuffix("/v1") + "/_emulator/requests"
        log_entries = httpx2.get(log, trust_env=False, verify=False).json()  # to read whom to trust takes 20 ms
        entries = [(entry, json.dumps(entry, ensure_ascii=False)) for entry in log_entries if entry["method"] == "POST"]
        return [entry for entry, text in entries if mark in text]

    def everything_written(self) -> Iterator[tuple[str, str]]:
        """Table, bucket and logs, as (where, text)."""
        yield from texts(self.cloud)
        for line in self.logs.lines:
            yield "log", line


def leaks(stack: Stack) -> list[str]:
    """Return where a token is written: it must be nowhere."""
    secrets = tuple(TOKENS.values())
    return [where for where, text in stack.everything_written() if any(secret in text for secret in secrets)]
