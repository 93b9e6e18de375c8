"""Every fault of the emulated providers through the router, and one of each kind in a batch and at the other routes.

The cases run concurrently, since they mostly wait. The outcome of each is kept for the tests.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import sys
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx2
import pytest

from easel import catalog, errors, generation
from easel.batch import batches, claims
from easel.budgets import keys
from easel.common import aws
from easel.front_door import handover
from easel.providers import cooldowns, downloads, tasks, tokens
from easel.settings import settings
from easel.store import jobs
from easel.store.records import GenerationRequest, Job
from tests.emulators.server import Emulators
from tests.emulators.space_proxy import NAP
from tests.faults.cases import Case, cases
from tests.harness.easel_keys import give_key
from tests.harness.secret_search import watching
from tests.harness.stack import HEADERS, TOKENS, Stack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from tests.harness.secret_search import Watch

ENDLESS = ("hang", "never", "slowimage", "silent")
"""Faults that cost all the time that there is."""
LEAST_SECONDS = 10.0
"""The least that a function has for those."""
CALLS = 20
"""Number of calls for measuring this machine's speed: each case needs enough time to reach its provider."""
AT_ONCE = 8
"""Concurrent calls, in addition to the endless ones."""
MARK = "xk4d-made-up-for-batches-3141592653"
"""What the deployment's tokens begin with, which batches use."""
TRIED = (errors.ProviderError, errors.ProviderUnreachable, errors.GenerationTimeout, errors.DownloadFailed)
TRIES = {kind: kind.max_attempts for kind in TRIED}
"""How often a batch tries a job that ends so; here it does so twice, which shows as much."""
MOST_INVOCATIONS = 10


@dataclass(frozen=True)
class Seen:
    """The outcome of a case: the caller's response, and the contents of the table, the bucket and the provider's log.

    `answer` is the body of the HTTP answer, or the error of a batch's job. `calls` counts the generating calls that
    reached the provider, `drawn` the pictures that it drew. `waits` is whether a batch keeps the job until its token
    may be used again.
    """

    status: int
    retry_after: int | None
    answer: Mapping[str, Any]
    job: Job
    calls: int
    drawn: int
    picture: bytes = b""
    waits: bool = False
    openai: Mapping[str, Any] | None = None
    """The error in OpenAI's shape, of an answer on `/v1`."""
    may_be_drawn: bool = False
    """Whether the error keeps the charge: the provider may have drawn."""
    rests: str = ""
    """What rests after a job of a batch: "token", "model" or "refused token"."""
    begun: bool = False
    """Whether the error asks no other provider of a family: this one may have accepted or drawn."""

    @property
    def code(self) -> str:
        return str(self.answer.get("code", ""))


@dataclass(frozen=True)
class Run:
    """All outcomes, the providers' hosts, the answer of each provider to a valid call afterwards, and more."""

    seen: Mapping[Case, Seen]
    hosts: Sequence[str]
    afterwards: Mapping[str, int]
    watch: Watch
    """All that was stored, sent to AWS, printed and answered."""
    held: Sequence[str]
    """Marks of pictures that nobody has settled at the callers' key."""


def run() -> Run:
    """Run all cases."""
    with _world() as world:
        seconds = world.warm()
        with watching(world.stack.cloud, [world.key, MARK, *TOKENS.values()]) as watch:
            seen = world.bring_about(cases(), max(LEAST_SECONDS, CALLS * seconds))
        watch.seen += world.stack.everything_written()
        after = {name: world.stack.generate({"provider": name, "prompt": "after"}) for name in catalog.providers()}
        return Run(seen, world.hosts, {name: answer.status_code for name, answer in after.items()}, watch, world.held())


@contextlib.contextmanager
def _world() -> Iterator[_World]:
    """A deployed Easel with short waits in front of all emulators."""
    with pytest.MonkeyPatch.context() as patch, Emulators(seconds=0, spaces_concurrency=None) as emulators:
        patch.setattr(generation, "STORE_SECONDS", 1.0)
        patch.setattr(tokens, "FIRST_COOLDOWN", 600.0)  # on a busy machine it must not be over before it is read
        for provider in catalog.providers():
            # A module that other tests have used keeps the addresses of their emulators.
            patch.delitem(sys.modules, provider, raising=False)
        patch.setattr(tasks, "POLL_TIMEOUT_SECONDS", 0.5)
        patch.setattr(downloads, "MAX_IMAGE", 1024 * 1024)
        for kind in TRIES:
            patch.setattr(kind, "max_attempts", 2)
        stack = Stack(emulators)
        for name, value in {**stack.environment, **emulators.settings}.items():
            patch.setenv(name, value)
        settings.cache_clear()
        aws.forget_clients()
        world = _World(stack, emulators)
        patch.setattr(tokens, "secrets", world.tokens)
        patch.setattr(cooldowns, "for_model", world.scope)
        patch.setattr(cooldowns, "change", partial(world.change, cooldowns.change))
        patch.setattr(handover, "hand_over", world.hand_over)
        try:
            yield world
        finally:
            stack.close()
            for provider in catalog.providers():
                del sys.modules[provider]


class _World:
    """A deployed Easel, its ways to call, and the providers' logs."""

    def __init__(self, stack: Stack, emulators: Emulators) -> None:
        self.stack = stack
        self.hosts = [urlsplit(url).netloc for url in (*emulators.urls.values(), *emulators.space_urls.values())]
        self.key = give_key(stack.cloud)
        """The callers' Easel key, which pays for what their tokens draw."""
        self._case = threading.local()
        self._failures: dict[str, errors.EaselError] = {}
        self._rests: dict[str, str] = {}
        self._numbers = itertools.count()
        self._batch = batches.new("s3://bucket/faults", "1", 1, endpoint=stack.url, scheduled=None)
        batches.create(self._batch)
        batches.plan(self._batch, requests=1, invalid=0, jobs=dict.fromkeys(catalog.providers(), 1))

    def tokens(self, _name: str) -> dict[str, str]:
        """Return the deployment's token. Each case has its own, since its fault may block the token."""
        return {f"{MARK}-{hashlib.sha256(self._case.name.encode()).hexdigest()}": ""}

    def scope(self, token: str, model: str) -> str:
        """Return a model's cooldown scope. Each case has its own, for the same reason."""
        return f"{token}/{model}/{self._case.name}"

    def change(self, change: Callable[..., None], provider: catalog.Provider, scope: str, decide: Any) -> None:
        """Record what a batch's case blocks: its token, its model for every token, or a token that was refused."""
        rest = decide(cooldowns.NO_COOLDOWN)
        if rest != cooldowns.NO_COOLDOWN and (name := getattr(self._case, "name", "")):
            concerns_model = scope.startswith(cooldowns.EVERY_TOKEN)
            self._rests[name] = "refused token" if rest.error else "model" if concerns_model else "token"
        change(provider, scope, decide)

    def hand_over(self, _event: object, job: Job, failure: errors.EaselError) -> None:
        """Record the provider's error. No job here has a family, so none is handed over."""
        self._failures[job.id] = failure

    def held(self) -> list[str]:
        own = f"use#{keys.id_of(self.key)}"
        item = next((item for item in self.stack.cloud.items() if item["id"]["S"] == own), {})
        return [name for name in item if name.startswith("held#")]

    def warm(self) -> float:
        """Create the clients that all calls share. Return the seconds that the slowest provider's call then takes."""
        for _ in range(2):
            slowest = 0.0
            for provider in catalog.providers():
                began = time.monotonic()
                assert self.stack.generate({"provider": provider, "prompt": "before"}).status_code == 200
                slowest = max(slowest, time.monotonic() - began)
        return slowest

    def bring_about(self, wanted: Sequence[Case], seconds: float) -> dict[Case, Seen]:
        """Return each case's outcome. Functions have `seconds` for the endless cases."""
        endless = [case for case in wanted if case.fault in ENDLESS]
        others = [case for case in wanted if case.fault not in ENDLESS]
        with contextlib.ExitStack() as running:
            timeout = generation.STORE_SECONDS + seconds
            for case in endless:
                mark = f"fault={case.fault}]]"
                running.enter_context(self.stack.functions.timeout(f"easel-{case.provider}", timeout, mark))
            slowly = running.enter_context(ThreadPoolExecutor(len(endless))).map(self._through, endless)
            quickly = running.enter_context(ThreadPoolExecutor(AT_ONCE)).map(self._through, others)
            answers = [*slowly, *quickly]
        self.stack.functions.wait_until_idle()
        return self._with_traces(dict(zip((*endless, *others), answers, strict=True)))

    def _through(self, case: Case) -> httpx2.Response | bool:
        """Return the answer of a call, or for a batch whether the job is kept until its token may be used again."""
        if case.door == "batch":
            return self._by_batch(case)
        if case.door == "v1":
            return self._by_v1(case)
        if case.door == "function URL":  # without redirects
            return self.stack.send(case.fields, f"{self.stack.function_url.url}/api/generate", x_easel_key=self.key)
        own = f"/api/providers/{case.provider}/generate"
        path = own if case.door == "own route" else "/api/generate"
        return self.stack.generate(case.fields, path, x_easel_key=self.key)

    def _by_v1(self, case: Case) -> httpx2.Response:
        """Call like a client of OpenAI's API: the model's name contains its provider, and the size is one text."""
        model = f"{case.provider}/{catalog.provider(case.provider).models[0].id}"
        body = {"model": model, "prompt": case.fields["prompt"], "size": "512x512", "response_format": "url"}
        headers = {"X-Easel-Key": self.key, HEADERS[case.provider]: TOKENS[case.provider]}
        path = "/v1/images/generations"
        return self.stack.wait_on(self.stack.http.post(path, json=body, headers=headers))

    def _by_batch(self, case: Case) -> bool:
        """Hand the job to the provider's function until it has ended, like a child of the state machine."""
        self._case.name = str(case)
        model = catalog.provider(case.provider).models[0]
        request = GenerationRequest(model=model.id, steps=int(model.steps.default), seed=7, **case.fields)
        job_id = self._batch.job_id(next(self._numbers))
        job = {"id": job_id, "request": request.to_json()}
        fixed = {"job": job, "batch": self._batch.id, "run": 1, "dead": "", "deaths": 0}
        at = 0.0
        for invocation in range(1, MOST_INVOCATIONS):
            child = {"began": datetime.now(UTC).isoformat(), "worker": uuid.uuid4().hex, "answer": {"at": at}}
            outcome = self.stack.functions.run(f"easel-{case.provider}", {**fixed, **child})
            assert not outcome.died, outcome
            claim = claims.read(job_id)
            assert claim
            if claim.job.ended or claim.job.attempts < invocation:
                return not claim.job.ended
            at = outcome.value["at"]  # the state machine would wait until then, which a sleeping Space needs
            time.sleep(NAP if case.fault == "sleeping" else 0)
        raise AssertionError(f"{case} does not end")

    def _with_traces(self, answers: Mapping[Case, httpx2.Response | bool]) -> dict[Case, Seen]:
        logs = {f"http://{host}/_emulator/requests" for host in self.hosts}
        logged = [json.dumps(entry) for log in logs for entry in httpx2.get(log, trust_env=False).json()]
        drawings = [httpx2.get(f"http://{host}/_emulator/drawn", trust_env=False) for host in set(self.hosts)]
        captions = [caption for answer in drawings for caption in answer.json()]
        stored = [(item["id"]["S"], item["job"]["S"]) for item in self.stack.cloud.items() if "job" in item]
        outcomes = {}
        for case, answer in answers.items():
            mark = json.dumps(case.fields["prompt"])
            (job_id,) = [job_id for job_id, text in stored if mark in text]
            drawn = captions.count(f"{case}.")
            calls = sum(mark in entry for entry in logged)
            outcomes[case] = self._seen(answer, jobs.get(job_id), calls, drawn, self._rests.get(str(case), ""))
        return outcomes

    def _seen(self, answer: httpx2.Response | bool, job: Job, calls: int, drawn: int, rests: str) -> Seen:
        picture = b""
        if job.result:
            picture = self.stack.http.get(f"/api/{job.result.key}", follow_redirects=True).content
        if isinstance(answer, bool):
            error = job.error or {}
            status, after = job.error_status if job.error else 200, error.get("details", {}).get("retryAfter")
            return Seen(status, after, error, job, calls, drawn, picture, answer, rests=rests)
        after, body, failure = answer.headers.get("Retry-After"), answer.json(), self._failures.get(job.id)
        openai = body.get("error") if isinstance(body.get("error"), dict) else None
        if openai:  # Easel's own fields are next to it
            body = {"error": openai["message"], **body["easel"]}
        return Seen(
            answer.status_code,
            int(after) if after else None,
            body,
            job,
            calls,
            drawn,
            picture,
            openai=openai,
            may_be_drawn=bool(failure and failure.drawn),
            begun=bool(failure and (failure.drawn or failure.accepted)),
        )
