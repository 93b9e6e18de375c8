"""One job of a batch: how each outcome affects the job, the token and the state machine."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

import planning
from easel import catalog
from easel.batch import batches, claims, worker
from easel.common.deadline import Deadline
from easel.errors import (
    AuthInvalid,
    EaselError,
    GenerationTimeout,
    PromptRejected,
    ProviderUnreachable,
    QuotaExceeded,
    RateLimited,
)
from easel.providers import token_use, tokens
from easel.providers.token_use import Allowance
from easel.store import checkpoints
from easel.store.checkpoints import Checkpoint
from easel.store.records import Job, Result
from tests.harness.batches import World, world
from tests.harness.patience import until

if TYPE_CHECKING:
    from easel.batch.batches import Batch

__all__ = ["world"]  # a fixture

GITEE = catalog.provider("gitee")
RESULT = Result(key="images/b.png", format="PNG", width=64, height=48, size=1, seed=7, seconds=0.1)


class Generator:
    """Runs the given attempts in order, and then returns a picture."""

    def __init__(self, *errors: EaselError) -> None:
        self.provider_id = "gitee"
        self.errors = list(errors)
        self.attempts = 0
        self.jobs: list[Job] = []
        self.tokens: list[str | None] = []

    def attempt(self, job: Job, token: str | None, deadline: Deadline) -> tuple[Result, tuple[str, ...]]:
        self.attempts += 1
        self.jobs.append(job)
        self.tokens.append(token)
        if self.errors:
            raise self.errors.pop(0)
        return RESULT, ()

    def has_allowance(self, token: str | None) -> bool | None:
        return None


@pytest.fixture
def batch(world: World) -> Batch:
    """A planned batch of one job."""
    return world.planned([{"prompt": "a cat"}])


def handle(planned: Batch, generator: Generator, invocation: str = "one", **changes: Any) -> dict[str, Any]:
    """Return the answer of one invocation to the state machine."""
    (job,) = planning.read_jobs(planned.run_key("gitee.json"))
    event = {
        "batch": planned.id, "run": 1, "job": job, "worker": "child", "dead": "", "answer": {"at": 0},
        "began": datetime.now(UTC).isoformat(), **changes,
    }  # fmt: skip
    answer = worker.handle(event, generator, invocation=invocation, seconds=240)  # type: ignore[arg-type]
    assert set(answer) == {"next", "at", "seconds"}
    return answer


def job_of(batch: Batch) -> Job:
    claim = claims.read(batch.job_id(0))
    assert claim
    return claim.job


def error_of(batch: Batch) -> dict[str, Any]:
    assert job_of(batch).status == "failed"
    return dict(job_of(batch).error or {})


def test_a_picture_ends_the_job(batch: Batch) -> None:
    generator = Generator()
    assert handle(batch, generator)["next"] == "ended"
    assert (job_of(batch).status, job_of(batch).result) == ("succeeded", RESULT)
    assert handle(batch, generator, "two")["next"] == "ended"
    assert generator.attempts == 1
    assert claims.counts(batch)["gitee"]["succeeded"] == 1


def test_a_child_starts_no_job_in_its_second_half(batch: Batch) -> None:
    generator = Generator()
    began = datetime.fromtimestamp(time.time() - worker.CHILD_SECONDS / 2 - 1, UTC).isoformat()
    late = {"began": began}
    assert handle(batch, generator, **late)["next"] == "unbegun"
    assert claims.read(batch.job_id(0)) is None
    retried = {"next": "soon", "at": 0, "seconds": 1}
    assert handle(batch, generator, answer=retried, **late)["next"] == "ended"


def test_a_job_of_a_dead_worker_continues_however_late(batch: Batch) -> None:
    began = datetime.fromtimestamp(time.time() - worker.CHILD_SECONDS, UTC).isoformat()
    assert handle(batch, Generator(), dead="another child", began=began)["next"] == "ended"


@pytest.mark.parametrize("error", [PromptRejected("no", provider="gitee"), AuthInvalid("no", provider="gitee")])
def test_a_permanent_error_ends_the_job(batch: Batch, error: EaselError) -> None:
    """The second error leaves no usable token."""
    assert handle(batch, Generator(error))["next"] == "ended"
    assert error_of(batch)["code"] == error.code


def test_an_unreachable_provider_is_retried_with_growing_pauses(batch: Batch) -> None:
    generator = Generator(*[ProviderUnreachable("hung up", provider="gitee")] * ProviderUnreachable.max_attempts)
    answers = [handle(batch, generator, str(number)) for number in range(ProviderUnreachable.max_attempts)]
    assert [answer["next"] for answer in answers[:3]] == ["soon"] * 3
    assert answers[0]["seconds"] < answers[2]["seconds"]
    assert answers[-1]["next"] == "ended"
    assert error_of(batch)["code"] == ProviderUnreachable.code


def test_a_limited_token_cools_down_and_no_attempt_is_counted(batch: Batch) -> None:
    answer = handle(batch, Generator(RateLimited("slow down", provider="gitee", retry_after=20)))
    assert answer["next"] == "soon"
    assert 0 < answer["seconds"] <= 21  # less on a busy machine, where part of it is over
    assert (job_of(batch).status, job_of(batch).attempts) == ("queued", 0)
    assert batches.get(batch.id).waiting["gitee/z-image-turbo"]["reason"] == "slow down"


def test_a_used_up_quota_postpones_the_job_to_a_later_round(batch: Batch) -> None:
    answer = handle(batch, Generator(QuotaExceeded("used up", provider="gitee", retry_after=7200)))
    assert answer["next"] == "later"
    assert answer["at"] > time.time() + 7000


def test_another_token_is_used_in_the_same_invocation(world: World, batch: Batch) -> None:
    world.put("tokens/gitee", "one,two")
    generator = Generator(AuthInvalid("refused", provider="gitee"))
    assert handle(batch, generator)["next"] == "ended"
    assert (job_of(batch).status, generator.attempts) == ("succeeded", 2)


def test_the_token_with_most_left_makes_the_picture(world: World, batch: Batch) -> None:
    world.put("tokens/gitee", "one,two,three")
    for value, left in (("one", 3.0), ("two", 90.0), ("three", 7.0)):
        token_use.keep(GITEE, tokens.digest(value), Allowance(left, "CNY"), time.time())
    generator = Generator()
    handle(batch, generator)
    assert generator.tokens == ["two"]


def test_a_job_that_another_worker_holds_is_left_to_it(batch: Batch) -> None:
    (job,) = planning.read_jobs(batch.run_key("gitee.json"))
    asked = Job.from_json({**job, "created": time.time(), "deadline": time.time() + 99, "batch": batch.id})
    held = claims.take(asked, 1, worker="other:one", dead="", until=time.time() + 30)
    generator = Generator()
    answer = handle(batch, generator)
    assert (answer["next"], generator.attempts) == ("soon", 0)
    assert answer["at"] == pytest.approx(held.until + 1, abs=0.01)  # milliseconds are stored
    assert handle(batch, generator, dead="other")["next"] == "ended"


def test_a_worker_extends_its_claim_while_it_lives(batch: Batch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "HEARTBEAT_SECONDS", 0.05)
    seen: list[float] = []

    class Slow(Generator):
        def attempt(self, job: Job, token: str | None, deadline: Deadline) -> tuple[Result, tuple[str, ...]]:
            first = claims.read(job.id)
            assert first
            seen.append(until(lambda: now.until if (now := claims.read(job.id)) and now.until > first.until else None))
            return RESULT, ()

    assert handle(batch, Slow())["next"] == "ended"
    assert seen


def test_a_silently_dead_worker_is_replaced_within_a_minute(batch: Batch) -> None:
    class Dies(Generator):
        def attempt(self, job: Job, token: str | None, deadline: Deadline) -> tuple[Result, tuple[str, ...]]:
            raise SystemExit

    with pytest.raises(SystemExit):
        handle(batch, Dies())
    answer = handle(batch, Generator(), "two")
    assert answer["next"] == "soon"
    assert answer["at"] <= time.time() + 60


def time_out(world: World, batch: Batch, held: str, accepted: str) -> Generator:
    """Let a first attempt end with a provider's task, started with the token `accepted`. `held` are the tokens now."""
    world.put("tokens/gitee", held)
    generator = Generator(GenerationTimeout("slow", provider="gitee"))
    handle(batch, generator)
    checkpoints.write(batch.job_id(0), Checkpoint(token=tokens.digest(accepted), task="50"))
    return generator


def test_the_next_attempt_continues_the_previous_task(batch: Batch, world: World) -> None:
    generator = time_out(world, batch, "one,two,three", "two")
    assert handle(batch, generator, "two")["next"] == "ended"
    assert generator.tokens[-1] == "two"
    assert [job.continues for job in generator.jobs] == [None, batch.job_id(0)]
    assert job_of(batch).continues is None


def test_refused_polls_do_not_count_as_attempts(batch: Batch, world: World) -> None:
    time_out(world, batch, "one", "one")
    answer = handle(batch, Generator(RateLimited("slow down", provider="gitee", retry_after=20)), "two")
    assert answer["next"] == "soon"
    assert (job_of(batch).status, job_of(batch).attempts) == ("queued", 1)


def test_a_job_with_a_lost_token_says_so(batch: Batch, world: World) -> None:
    generator = time_out(world, batch, "one", "a token that was taken away")
    assert handle(batch, generator, "two")["next"] == "ended"
    assert "that token was removed" in error_of(batch)["error"]
    assert generator.attempts == 1


def test_a_task_is_polled_while_all_tokens_cool_down(batch: Batch, world: World) -> None:
    time_out(world, batch, "one", "one")
    token = tokens.by_name(GITEE, tokens.digest("one"))
    assert token
    tokens.spend(token, GITEE, QuotaExceeded("used up", retry_after=7200), time.time())
    assert handle(batch, Generator(), "two")["next"] == "ended"
    assert job_of(batch).status == "succeeded"


@pytest.mark.parametrize("changes", [{"batch": "gone"}, {"run": 2}])
def test_an_ended_batch_starts_no_job(changes: dict[str, Any], batch: Batch) -> None:
    generator = Generator()
    assert handle(batch, generator, **changes)["next"] == "later"
    assert generator.attempts == 0
