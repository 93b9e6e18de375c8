"""A Space that is not Gradio: pictures drawn and kept, calls, charges, and what rests, on `/api/generate` and `/v1`."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from easel.providers import downloads
from tests.harness import stack as whole
from tests.harness.batches import forget_cooldowns, png
from tests.harness.easel_keys import bearer, give_key
from tests.harness.foreign import PAGE
from tests.harness.scripted_space import CLOSE, Answer, Handler, Space, completed, events, failed, json_page, page
from tests.integration.test_batch_replies import charged, resting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.harness.stack import Stack

MODEL = "flux-1-schnell"
ENCODED = base64.b64encode(png()).decode()
HTML = PAGE.decode()
QUOTA = "You have exceeded your GPU quota (60s requested vs. 0s left). Try again in 0:00:09"


class Reply(NamedTuple):
    """What a Space answers to one call, and what should come of it; `{}` in an output is a link to the picture."""

    output: Any = ({}, 7)
    join: Answer | None = None
    stream: Answer | None = None
    link: tuple[int, ...] = ()
    code: str = ""
    drawn: int = 1
    rests: str = ""


def refused(status: int, detail: Any) -> Answer:
    return json_page(status, {"detail": detail})


REPLIES = {
    "good": Reply(),
    "slow link": Reply(link=(404, 503)),
    "lost link": Reply(link=(404,) * 9, code="DOWNLOAD_FAILED"),
    "a gallery": Reply([[{"image": {}, "caption": None}, {"image": {}}], 7]),
    "an update": Reply([{"__type__": "update", "value": {}}]),
    "a data link": Reply([f"data:image/png;base64,{ENCODED}"]),
    "an odd seed": Reply([{}, 1e300, "9" * 400]),
    "no picture": Reply(["done", 7], code="NO_PICTURE"),
    "null": Reply([None], code="NO_PICTURE"),
    "a page at joining": Reply(join=page(502, HTML), code="UPSTREAM_ERROR", drawn=0),
    "a wall": Reply(join=page(403, HTML), code="UPSTREAM_ERROR", drawn=0),
    "gone": Reply(join=page(404, HTML), code="PROVIDER_ERROR", drawn=0),
    "full": Reply(join=json_page(503, {"error": "Queue is full."}), code="RATE_LIMITED", drawn=0, rests="model"),
    "a validator": Reply(join=refused(422, "steps must be even"), code="INVALID_PARAMS", drawn=0),
    "a page at the stream": Reply(stream=page(502, HTML), code="UPSTREAM_ERROR", drawn=0),
    "used up": Reply(
        stream=failed(error=QUOTA, title="ZeroGPU quota exceeded"), code="RATE_LIMITED", drawn=0, rests="token"
    ),
    "pending": Reply(
        stream=failed(error="wait", title="ZeroGPU pending credits exceeded"),
        code="RATE_LIMITED",
        drawn=0,
        rests="token",
    ),
    "illegal": Reply(stream=failed(error="ZeroGPU illegal duration"), code="GENERATION_FAILED", drawn=0),
    "moderated": Reply(stream=failed(error="NSFW content detected"), code="PROMPT_REJECTED", drawn=0),
    "a bug": Reply(stream=failed(error=None), code="GENERATION_FAILED", drawn=0),
}
LOST = ("a page at the stream",)
"""The job was accepted, and nobody hears of it: it counts as drawn."""


@pytest.fixture
def space(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Space]:
    space = Space()
    monkeypatch.setenv("HF_SPACE_URLS", json.dumps({MODEL: space.url}))
    monkeypatch.setattr("huggingface.arguments_of", lambda space, request, image: {"prompt": request.prompt})
    monkeypatch.setattr(downloads, "PAUSES", (0.01,) * 3)
    whole.forget()
    yield space
    stack.functions.wait_until_idle()
    whole.forget()
    space.close()


def bytes_of(data: bytes) -> Answer:
    def send(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    return send


def play(space: Space, reply: Reply) -> None:
    """Has the Space answer its next call so."""
    link = {"path": "/tmp/1.png", "url": f"{space.url}/1.png", "meta": {"_type": "gradio.FileData"}}
    output = json.loads(json.dumps(reply.output).replace("{}", json.dumps(link)))
    space.asked.clear()
    space.answers |= {
        "/queue/join": [reply.join or json_page(200, {"event_id": "e1"})],
        "/queue/data": [reply.stream or events(completed({"data": output}), CLOSE)],
        "/1.png": [*(page(status, "") for status in reply.link), bytes_of(png())],
    }


@pytest.mark.parametrize("door", ["route", "v1"])
def test_a_space_draws_once_and_is_charged_as_drawn(door: str, space: Space, stack: Stack) -> None:
    for name, reply in REPLIES.items():
        play(space, reply)
        key, prompt = give_key(stack.cloud), f"a cat before {name}"
        if door == "v1":
            body = {"model": f"huggingface/{MODEL}", "prompt": prompt, "size": "512x512"}
            sent = stack.http.post("/v1/images/generations", json=body, headers=bearer(key))
        else:
            fields = {"provider": "huggingface", "model": MODEL, "prompt": prompt, "width": 512, "height": 512}
            sent = stack.http.post("/api/generate", json=fields, headers=bearer(key))
        answer = stack.wait_on(sent).json()
        stack.functions.wait_until_idle()
        code = answer.get("easel", answer).get("code", "")
        assert (code, resting("huggingface")) == (reply.code, reply.rests), (name, answer)
        assert space.asked.count("/queue/join") == 1 or not reply.drawn, name
        assert charged(key) == (1 if name in LOST else reply.drawn), name
        forget_cooldowns()
