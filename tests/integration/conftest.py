"""A whole Easel per session: see `tests/harness`."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

import space_client
from easel.budgets import charges, keys
from easel.providers import ssm_parameters
from easel.settings import settings
from easel.store.payer import Payer
from tests.conftest import read_anew
from tests.emulators.server import QUICK, SPACES, Emulators
from tests.harness.stack import Stack, leaks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PAUSES = space_client.PAUSES


def cancel_what_waits(stack: Stack) -> None:
    for item in stack.cloud.items():
        if item.get("status", {}).get("S") == "queued":
            stack.http.delete(f"/api/jobs/{item['id']['S']}")


def charged(stack: Stack, key: str) -> int:
    """Return the key's pictures of the day, after abandoned charges were settled as by a later call."""
    payer = Payer.of_key(keys.id_of(key))

    def item() -> Any:
        (counters,) = [item for item in stack.cloud.items() if item["id"]["S"] == payer.counters_id]
        return counters

    stack.functions.wait_until_idle()
    with pytest.MonkeyPatch.context() as later:
        later.setattr(charges, "MAX_JOB_SECONDS", -1.0)
        while any(name.startswith("held#") for name in item()):
            assert charges.settle_abandoned(payer, item())
    assert int(item().get("running", {"N": "0"})["N"]) == 0
    return sum(int(value["N"]) for name, value in item().items() if name.startswith("day#"))


@pytest.fixture
def give_tokens(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return a function that gives the deployment these tokens, by provider, and no others."""

    def give(**tokens: str) -> None:
        path = f"/tokens-{uuid.uuid4().hex}"
        for provider, token in tokens.items():
            name = f"{path}/tokens/{provider}"
            stack.cloud.client("ssm").put_parameter(Name=name, Value=token, Type="SecureString")
        monkeypatch.setenv("PARAMETERS_PATH", path)
        settings.cache_clear()
        ssm_parameters.forget()

    return give


@pytest.fixture(scope="session")
def _stack() -> Iterator[Stack]:
    with Emulators(QUICK, seconds=0) as emulators:
        stack = Stack(emulators)
        yield stack
        stack.close()


@pytest.fixture
def stack(_stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    """The deployed Easel, empty. A test ends when no function runs."""
    for name, value in _stack.environment.items():
        monkeypatch.setenv(name, value)
    read_anew()
    monkeypatch.setattr(space_client, "PAUSES", (0.01,) * len(PAUSES))  # no Space exists that could wake up
    yield _stack
    _stack.functions.wait_until_idle()
    leaking = leaks(_stack)
    _stack.cloud.wipe()
    _stack.logs.lines.clear()
    _stack.forget_requests()
    assert not leaking, f"a token was written: {leaking}"


class RealSpaces:
    """Real Gradio servers, each with one job at a time."""

    def __init__(self, emulators: Emulators) -> None:
        self.urls = emulators.space_urls
        base = self.urls["upscaler"].removesuffix("/upscaler")
        self.gallery = f"{base}/z-image-gallery"
        """The second Space of Z-Image, which the catalog has and the emulators do not list."""
        self._control = f"{base}/_emulator"

    def jobs(self) -> list[dict[str, Any]]:
        """Return the jobs that were submitted in this test."""
        jobs: list[dict[str, Any]] = httpx2.get(f"{self._control}/requests", trust_env=False).json()
        return jobs

    def order(self, space: str, **state: Any) -> None:
        """Change the state of a Space until the end of the test."""
        httpx2.post(f"{self._control}/state", json={"space": space, **state}, trust_env=False).raise_for_status()

    def reset(self) -> None:
        httpx2.delete(f"{self._control}/requests", trust_env=False)
        for space in self.urls:
            self.order(space, state="awake", fault=None)


@pytest.fixture(scope="session")
def _spaces() -> Iterator[RealSpaces]:
    with Emulators(SPACES, seconds=0, spaces_concurrency=1) as emulators:
        yield RealSpaces(emulators)


@pytest.fixture
def real_spaces(_spaces: RealSpaces, monkeypatch: pytest.MonkeyPatch) -> RealSpaces:
    """Real Gradio servers, which start slowly: `group` in tests/conftest.py names the files that share them."""
    monkeypatch.setenv("HF_SPACE_URLS", json.dumps(_spaces.urls))
    _spaces.reset()
    return _spaces


@pytest.fixture
def spaces(stack: Stack, real_spaces: RealSpaces, monkeypatch: pytest.MonkeyPatch) -> None:
    """Real Gradio servers behind the stack's Hugging Face function."""
    monkeypatch.setattr(space_client, "PAUSES", PAUSES)
