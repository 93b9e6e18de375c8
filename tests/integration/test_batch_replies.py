"""Providers that are not Easel's emulators: pictures drawn and kept, tries, charges, and the life of tokens.

The lines of each are a batch; each line is a call to `/api/generate` and to `/v1` as well.
"""

from __future__ import annotations

import base64
import time
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

import gitee
import modelscope
from easel import catalog, generation
from easel.budgets import keys
from easel.providers import cooldowns, downloads, durations, tokens
from easel.providers.http import Http
from easel.settings import settings
from easel.store import table
from easel.store.payer import Payer
from tests.harness import stack as whole
from tests.harness.batches import World, cooldown_ends, forget_cooldowns, png, worlds
from tests.harness.easel_keys import bearer, give_key
from tests.harness.foreign import BASE, PAGE, Foreign, Line, refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from easel.providers.adapter import Adapter
    from tests.harness.cloud import Cloud
    from tests.harness.stack import Stack

ENCODED = base64.b64encode(png()).decode()
IN_LINES = "\n".join(ENCODED[at : at + 60] for at in range(0, 999, 60))


def pictures(picture: dict[str, str]) -> tuple[Any, ...]:
    return 201, {"data": [picture]}


def task(state: str, **fields: Any) -> tuple[Any, ...]:
    return 200, {"task_status": state, **fields}


SOON = {"Retry-After": "1"}
EVERYWHERE = {
    "good": Line(),
    "slow link": Line(link=(404, 403, 503)),
    "lost link": Line(link=(404,) * 6, once="DOWNLOAD_FAILED"),
    "half a body": Line(((200, b'{"data": [{"ur'),), code="NO_PICTURE"),
    "no content": Line(((204, b""),), code="NO_PICTURE"),
    "packed oddly": Line(((200, b"\x1b\0\0", {"Content-Encoding": "gzip"}),), code="PROVIDER_ERROR"),
    "too much": Line(((200, b" " * 42_000_000),), code="PROVIDER_ERROR"),
    "page in a 200": Line(((200, PAGE),), calls=2, once="PROVIDER_ERROR"),
    "wall": Line(((403, PAGE), (401, b"")), calls=3, once="UPSTREAM_ERROR"),
    "failed in a 200": Line(((200, {"success": False, "message": "node 17 failed"}),), calls=2, once="PROVIDER_ERROR"),
    "overloaded": Line(
        (refused(502, "bad gateway"), refused(503, "Service Temporarily Unavailable")), calls=3, once="PROVIDER_ERROR"
    ),
    "too many": Line((refused(429, "slow down", **SOON),), calls=2, once="RATE_LIMITED", rests="token"),
    "retired": Line((refused(404, "该模型已下线"),), drawn=0, code="MODEL_RETIRED"),
    "bad size": Line((refused(422, "height must be a multiple of 16"),), drawn=0, code="INVALID_DIMENSIONS"),
    "moderated": Line(((451, b""),), drawn=0, code="PROMPT_REJECTED"),
}
LINES: dict[str, dict[str, Line]] = {
    "gitee": {
        **EVERYWHERE,
        "data link": Line((pictures({"url": f"data:image/png;base64,{ENCODED}"}),)),
        "base64 in lines": Line((pictures({"b64_json": IN_LINES}),)),
        "no data": Line(((200, {"created": 1, "data": []}),), code="NO_PICTURE"),
        "ok without data": Line(((200, {"code": 0, "message": "ok", "data": None}),), code="NO_PICTURE"),
        "gateway": Line(((502, PAGE),), drawn=0, code="PROVIDER_ERROR", rests="model"),
        "used up": Line((refused(200, "您的额度已用完", **SOON),), calls=2, once="RATE_LIMITED", rests="token"),
        "an essay": Line((refused(400, "prompt is too long"),), drawn=0, code="INVALID_PROMPT"),
    },
    "modelscope": {
        **EVERYWHERE,
        "a number for an id": Line(((200, {"task_id": 7}),)),
        "proxies at polls": Line(polls=((403, PAGE), (401, b""), (502, PAGE), (200, PAGE), refused(429, "slow down"))),
        "a new state": Line(polls=(task("ARCHIVED", output_images=[f"data:image/png;base64,{ENCODED}"]),)),
        "no output": Line(polls=(task("SUCCEED", output_images=[]),), code="NO_PICTURE"),
        "a sick node": Line(polls=(task("FAILED", errors="node 17"),), drawn=0, code="GENERATION_FAILED"),
        "a poor account": Line(
            (refused(403, "Insufficient Magicubes", **SOON),), calls=2, once="RATE_LIMITED", rests="token"
        ),
        "an essay": Line(
            (refused(400, "invalid prompt or prompt length more than 4000"),), drawn=0, code="INVALID_PROMPT"
        ),
    },
}


def adapter(provider: str, http: Http) -> Adapter:
    return gitee.Gitee(BASE, http) if provider == "gitee" else modelscope.ModelScope(BASE, http)


@pytest.fixture(params=LINES)
def provider(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def foreign(provider: str, monkeypatch: pytest.MonkeyPatch) -> Foreign:
    """The provider, in the place of the network."""
    foreign = Foreign(LINES[provider], tasks=provider == "modelscope")
    transport = httpx2.MockTransport(foreign)
    for module in (generation, gitee, modelscope):
        monkeypatch.setattr(module, "Http", lambda provider_id: Http(provider_id, transport))
    monkeypatch.setattr(downloads, "PAUSES", (0.01,) * 3)
    monkeypatch.setattr(durations, "pause", lambda *_: 0.01)
    return foreign


@pytest.fixture
def world(foreign: Foreign, cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    yield from worlds(cloud, monkeypatch)


def test_a_batch_draws_once_keeps_pictures_and_spares_the_token(provider: str, foreign: Foreign, world: World) -> None:
    lines = LINES[provider]
    made = adapter(provider, Http(provider, httpx2.MockTransport(foreign)))
    world.providers[provider].generate = made.generate  # type: ignore[method-assign]
    size = {"provider": provider, "width": 512, "height": 512}
    batch = world.start(requests=[{"prompt": prompt, **size} for prompt in lines])
    results = sorted(world.run(batch), key=lambda line: line["line"])
    codes = [(line.get("error") or {}).get("code", "") for line in results]
    seen = {name: (foreign.calls[name], foreign.drawn[name], code) for name, code in zip(lines, codes, strict=True)}
    assert seen == {name: (line.calls, line.drawn, line.code) for name, line in lines.items()}
    assert len(world.pictures(batch)) == codes.count("")
    # The state machine's clock runs ahead here, so a rest of a second may seem to last a little longer.
    assert [end for end in cooldown_ends(provider).values() if end > time.time() + tokens.REFUSED_SECONDS / 2] == []


@pytest.fixture
def deployed(provider: str, foreign: Foreign, stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    """The deployed Easel in front of it, with a token of its own."""
    path = f"/foreign-{time.time_ns()}"
    monkeypatch.setenv("PARAMETERS_PATH", path)
    monkeypatch.setenv(f"{provider.upper()}_BASE_URL", BASE)
    settings.cache_clear()
    secret = {"Name": f"{path}/tokens/{provider}", "Value": "own-token-for-tests", "Type": "SecureString"}
    stack.cloud.client("ssm").put_parameter(**secret)
    whole.forget()
    yield stack
    stack.functions.wait_until_idle()
    monkeypatch.setattr(generation, "Http", Http)  # `forget` makes the connections of later tests
    whole.forget()


def resting(provider: str) -> str:
    """What rests, as `Line.rests` names it."""
    names = {
        "refused" if rest.error else "model" if scope.startswith(cooldowns.EVERY_TOKEN) else "token"
        for scope, rest in cooldowns.read(catalog.provider(provider)).items()
    }
    return " ".join(sorted(names))


def charged(key: str) -> int:
    """Pictures of the day at the key."""
    item = table.get(Payer.of_key(keys.id_of(key)).counters_id) or {}
    return sum(int(value["N"]) for name, value in item.items() if name.startswith("day#"))


@pytest.mark.parametrize("door", ["route", "v1"])
def test_one_call_of_each_is_sent_once_and_charged_as_drawn(
    door: str, provider: str, foreign: Foreign, deployed: Stack
) -> None:
    for name, line in LINES[provider].items():
        key = give_key(deployed.cloud)
        if door == "v1":
            body = {"model": f"{provider}/z-image-turbo", "prompt": name, "size": "512x512"}
            sent = deployed.http.post("/v1/images/generations", json=body, headers=bearer(key))
        else:
            fields = {"provider": provider, "prompt": name, "width": 512, "height": 512}
            sent = deployed.http.post("/api/generate", json=fields, headers=bearer(key))
        answer = deployed.wait_on(sent).json()
        deployed.functions.wait_until_idle()
        code = answer.get("easel", answer).get("code", "")
        drawn = foreign.drawn[name]
        assert (foreign.calls[name], code, resting(provider)) == (1, line.once or line.code, line.rests), (name, answer)
        assert drawn == (line.drawn if not line.once or line.link else 0), name
        assert charged(key) == (1 if name == "gateway" else drawn), name  # which may have drawn
        forget_cooldowns()
