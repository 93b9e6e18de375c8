"""Providers that repeat the token in every text of every answer: no answer, job record or log line contains it."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx2
import pytest
from PIL.PngImagePlugin import PngInfo

import gitee
import modelscope
from easel import generation
from easel.common.telemetry import logger
from easel.common.token_redaction import WITHHELD
from easel.handler import lambda_handler
from easel.providers import durations, job_ends, tasks
from easel.providers.adapter import Adapter, GeneratedImage, Run
from easel.providers.http import Http
from easel.store import jobs
from easel.store.records import GenerationRequest
from huggingface import HuggingFace
from tests.harness.functions import Context
from tests.harness.scripted_space import CLOSE, Answer, Space, completed, events, failed, json_page, page, space
from tests.harness.stack import Lines
from tests.harness.token_disguises import DISGUISES
from tests.unit.test_images import picture

if TYPE_CHECKING:
    from tests.harness.cloud import Cloud

__all__ = ["space"]  # a fixture

TOKEN = "zq7x-made-up-for-echoes-0918273645-qzj7"
BASE = "http://127.0.0.1:9000/v1"
MODELS = {"gitee": "z-image-turbo", "modelscope": "Tongyi-MAI/Z-Image-Turbo", "huggingface": "flux-1-schnell"}

# How a provider repeats the Authorization header. tests/unit/test_token_redaction.py has more encodings.
ECHOES: dict[str, Callable[[str], str]] = {
    "whole": lambda sent: sent,
    "encoded": lambda sent: f"{quote(sent)} {base64.b64encode(sent.encode()).decode()} {sent.encode().hex()}",
    "letter by letter": lambda sent: DISGUISES["letter by letter"](sent.removeprefix("Bearer ")),
}
Play = Callable[[str], httpx2.Response | Exception]


def answers(status: int) -> dict[str, Play]:
    """Return one status with the echo in each kind of body."""
    return {
        f"{status} text": lambda echo: httpx2.Response(status, text=f"your token is {echo}"),
        f"{status} page": lambda echo: httpx2.Response(status, html=f"<html><h1>{echo}</h1>nginx/secret-host</html>"),
        f"{status} message": lambda echo: httpx2.Response(status, json={"error": {"code": echo, "message": echo}}),
        f"{status} errors": lambda echo: httpx2.Response(status, json={"errors": echo, "request_id": echo}),
        f"{status} other": lambda echo: httpx2.Response(status, json={echo: [echo]}),
    }


STATUSES: dict[str, Play] = {
    name: play for status in (200, 302, 401, 404, 429, 500) for name, play in answers(status).items()
}
TROUBLES: dict[str, Play] = {
    "cannot connect": lambda echo: httpx2.ConnectError(f"sending {echo}"),
    "timeout": lambda echo: httpx2.ReadTimeout(f"reading {echo}"),
    "broken off": lambda echo: httpx2.RemoteProtocolError(f"illegal header {echo}"),
    "a bug": lambda echo: KeyError(f"inside {echo}"),
}


def image(field: Any) -> httpx2.Response:
    return httpx2.Response(200, json={"data": [field], "task_status": "SUCCEED", "output_images": [field.get("url")]})


LINKS: dict[str, Play] = {
    "no link": lambda echo: image({"url": echo}),
    "a page for a link": lambda echo: image({"url": f"<html>{echo}"}),
    "broken base64": lambda echo: image({"b64_json": f"%{echo}%"}),
    "text in base64": lambda echo: image({"b64_json": base64.b64encode(echo.encode()).decode()}),
    "a link elsewhere": lambda echo: image({"url": f"https://{quote(echo)}.evil.test/{echo}"}),
    "a dead link": lambda echo: image({"url": f"http://127.0.0.1:9000/dead?{quote(echo)}"}),
    "a link to no picture": lambda echo: image({"url": f"http://127.0.0.1:9000/text?{quote(echo)}"}),
    "a link that leads away": lambda echo: image({"url": f"http://127.0.0.1:9000/away?{quote(echo)}"}),
    "a link that breaks": lambda echo: image({"url": f"http://127.0.0.1:9000/breaks?{quote(echo)}"}),
    "a good link": lambda echo: image({"url": f"http://127.0.0.1:9000/good?{quote(echo)}"}),
}


def task(**fields: Any) -> httpx2.Response:
    return httpx2.Response(200, json={"task_status": "FAILED", **fields})


TASKS: dict[str, Play] = {
    "errors": lambda echo: task(errors={"code": 500, "message": echo}),
    "errors as text": lambda echo: task(errors=echo),
    "output.error": lambda echo: task(output={"error": echo}),
    "moderation": lambda echo: task(errors={"message": f"inappropriate content {echo}"}),
    "loading": lambda echo: task(errors={"message": f"model is loading {echo}"}),
    "nothing": lambda echo: task(echo=echo),
}


class Provider:
    """Gitee AI or ModelScope, with one answer to the generating call or to a poll. Its pictures' links echo, too."""

    def __init__(self, play: Play, echo: Callable[[str], str], poll: bool = False) -> None:
        self._play, self._echo, self._poll = play, echo, poll
        self._sent = ""

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self._sent = request.headers.get("authorization", self._sent)
        echo = self._echo(self._sent)
        if request.method == "GET" and "/tasks/" not in request.url.path:
            return self._link(request.url.path, echo)
        if request.method == "POST" and self._poll:
            return httpx2.Response(200, json={"task_id": f"1{echo}"})
        played = self._play(echo)
        if isinstance(played, Exception):
            raise played
        return played

    @staticmethod
    def _link(path: str, echo: str) -> httpx2.Response:
        if path == "/breaks":
            raise httpx2.RemoteProtocolError(echo)
        if path == "/away":
            return httpx2.Response(302, headers={"Location": f"https://evil.test/{quote(echo)}"})
        if path == "/good":
            return httpx2.Response(200, content=picture("PNG"))
        return httpx2.Response(200 if path == "/text" else 404, text=f"gone, {echo}")


class Jobs:
    """Runs jobs, and searches their answers, records and log lines for the token."""

    def __init__(self, cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
        self.cloud, self._monkeypatch = cloud, monkeypatch
        self.lines: list[str] = []
        """All that is logged, Easel's lines as they are written."""
        self._texts: list[str] = []

    def run(self, name: str, adapter: Adapter, http: Http | None = None) -> str:
        """Return a job's answer and its record."""
        fields = {"provider": name, "model": MODELS[name], "prompt": "a cat", "width": 64, "height": 48}
        job = jobs.new(GenerationRequest(**fields, steps=4, seed=42), ())
        jobs.create(job)
        self._monkeypatch.setattr(generation, "Http", lambda provider_id: http or Http(provider_id))
        handler = lambda_handler(name, lambda provider: adapter)
        answer = handler({"job": job.to_json(), "token": TOKEN}, Context(f"easel-{name}", 60))
        self._texts.append(json.dumps([answer, jobs.get(job.id).to_json()], ensure_ascii=False))
        return self._texts[-1]

    def assert_clean(self, echo: str = "whole") -> None:
        pieces = {TOKEN[at : at + 8] for at in range(len(TOKEN) - 7)} | {TOKEN[:4], TOKEN[-4:], ECHOES[echo](TOKEN)}
        pieces |= {base64.b64encode(TOKEN.encode()).decode()[4:20], TOKEN.encode().hex()[:16], "secret-host"}
        stored = json.dumps(self.cloud.items(), default=str, ensure_ascii=False)
        for text in (*self._texts, *self.lines, stored):
            assert not [piece for piece in pieces if piece in text], text


@pytest.fixture
def world(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[Jobs]:
    """Jobs with polls and retries that have no pauses."""
    monkeypatch.setattr(tasks, "OUTAGE_SECONDS", -1.0)
    monkeypatch.setattr(durations, "pause", lambda *_: 0.0)
    monkeypatch.setattr(job_ends, "RECORD_PAUSES", ())
    monkeypatch.setattr("easel.providers.http.time.sleep", lambda seconds: None)
    made, own, others = Jobs(cloud, monkeypatch), Lines(), Lines()
    own.lines = others.lines = made.lines
    others.setFormatter(None)
    root, level = logging.getLogger(), logging.getLogger().level
    root.setLevel(logging.INFO)
    root.addHandler(others)
    logger.addHandler(own)
    yield made
    logger._logger.removeHandler(own)
    root.removeHandler(others)
    root.setLevel(level)


@pytest.mark.parametrize("echo", ECHOES)
@pytest.mark.parametrize("provider", ["gitee", "modelscope", "modelscope at polls"])
def test_a_provider_may_repeat_the_token_anywhere(provider: str, echo: str, world: Jobs) -> None:
    poll, name = provider.endswith("polls"), provider.split()[0]
    plays = STATUSES | TROUBLES | (LINKS if poll or name == "gitee" else {}) | (TASKS if poll else {})
    few = {kind: play for kind, play in plays.items() if "text" in kind or "link" in kind}
    for play in (plays if echo == "whole" else few).values():
        http = Http(name, httpx2.MockTransport(Provider(play, ECHOES[echo], poll)))
        adapter: Adapter = gitee.Gitee(BASE, http) if name == "gitee" else modelscope.ModelScope(BASE, http)
        world.run(name, adapter, http)
    world.assert_clean(echo)


def spaces(echo: str) -> dict[str, tuple[str, Answer]]:
    """Return, by name, a Space's path and its answer there."""
    file = {"path": f"/tmp/{echo}.webp", "url": f"https://evil.test/{echo}", "meta": {"_type": "gradio.FileData"}}
    return {
        "config 401": ("/config", json_page(401, {"detail": echo})),
        "config page": ("/config", page(500, f"<html>{echo} nginx/secret-host</html>")),
        "config text": ("/config", page(500, echo, "text/plain")),
        "config garbage": ("/config", page(200, echo, "application/json")),
        "join 422": ("/queue/join", json_page(422, {"detail": [{"msg": echo, "input": echo}]})),
        "join 429": ("/queue/join", json_page(429, {"error": echo})),
        "join page": ("/queue/join", page(502, f"<html>{echo} nginx/secret-host</html>")),
        "error text": ("/queue/data", failed(error=echo, title=echo)),
        "error object": ("/queue/data", failed(error={"message": echo}, data=[echo])),
        "error surprise": ("/queue/data", failed(error=echo, surprise=echo)),
        "quota": ("/queue/data", failed(error=f"You have exceeded your GPU quota {echo}")),
        "no picture": ("/queue/data", events(completed({"data": [echo, echo]}), CLOSE)),
        "a link elsewhere": ("/queue/data", events(completed({"data": [file, 7]}), CLOSE)),
        "unknown event": ("/queue/data", events({"msg": echo, "event_id": "e1"}, CLOSE)),
    }


@pytest.mark.parametrize("name", spaces(""))
def test_a_space_may_repeat_the_token_anywhere(
    name: str, space: Space, world: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, answer = spaces(f"Bearer {TOKEN}")[name]
    space.answers[path] = [answer]
    monkeypatch.setenv("HF_SPACE_URLS", json.dumps({MODELS["huggingface"]: space.url}))
    monkeypatch.setattr("huggingface.arguments_of", lambda space, request, image: {"prompt": "a cat"})
    world.run("huggingface", HuggingFace())
    assert f"Bearer {TOKEN}" in space.tokens
    world.assert_clean()


class Made:
    """An adapter that returns a test's picture."""

    def __init__(self, **fields: Any) -> None:
        self._made = GeneratedImage(origin=BASE, **{"data": picture("PNG"), **fields})

    def generate(self, request: GenerationRequest, token: str | None, run: Run) -> GeneratedImage:
        return self._made


def test_warnings_and_links_do_not_contain_the_token(world: Jobs) -> None:
    made = Made(url=f"{BASE}/{TOKEN}", warnings=(f"drawn for {TOKEN}",))
    assert WITHHELD in world.run("gitee", made)
    with world.cloud.refusing("s3.PutObject", "AccessDenied", 403):
        assert "could not be stored" in world.run("gitee", made)
    world.assert_clean()


@pytest.mark.parametrize("seed", [918273645, 10**400, -1, 2**53 + 1])
def test_an_invalid_seed_or_a_token_as_seed_is_dropped(seed: int, world: Jobs) -> None:
    answer = world.run("gitee", Made(seed=seed))
    assert str(seed) not in answer
    assert '"seed": 42' in answer
    assert "the provider returned an unusable seed" in answer


def test_a_picture_with_the_token_in_its_metadata_is_refused(world: Jobs) -> None:
    with world.cloud.counting() as calls:
        answer = world.run("gitee", Made(data=picture("PNG", pnginfo=_comment(TOKEN))))
    assert "PROVIDER_ERROR" in answer
    assert "with the token in its metadata" in answer
    assert calls["s3.PutObject"] == 0
    assert "succeeded" in world.run("gitee", Made(data=picture("PNG", pnginfo=_comment("AIGC"))))
    world.assert_clean()


def _comment(text: str) -> PngInfo:
    info = PngInfo()
    info.add_text("Comment", text, zip=True)
    return info


def test_a_table_error_with_the_token_is_not_logged(world: Jobs) -> None:
    http = Http("gitee", httpx2.MockTransport(Provider(TROUBLES["cannot connect"], ECHOES["whole"])))
    with world.cloud.refusing("dynamodb.UpdateItem", "AccessDeniedException"):
        world.run("gitee", gitee.Gitee(BASE, http), http)
    world.assert_clean()
    assert any("could not be recorded" in line for line in world.lines)
