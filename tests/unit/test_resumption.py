"""An attempt at a job stores the provider's task and picture for the next attempt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from easel import catalog
from easel.errors import EaselError, InternalError, ProviderError, ProviderUnreachable, TokenMissing
from easel.providers import resumption, tokens
from easel.providers.adapter import GeneratedImage
from easel.providers.resumption import Checkpointer
from easel.store import jobs
from easel.store.checkpoints import Checkpoint
from easel.store.records import GenerationRequest, Job

if TYPE_CHECKING:
    from tests.harness.cloud import Cloud

pytestmark = pytest.mark.usefixtures("cloud")

TOKEN = "modelscope-token-for-tests"
MODELSCOPE = catalog.provider("modelscope")
REQUEST = GenerationRequest(provider="modelscope", model="Tongyi-MAI/Z-Image-Turbo", prompt="a cat")
LINK = "http://127.0.0.1:1/cat.png"
PICTURE = GeneratedImage(origin="http://127.0.0.1:1", url=LINK, seed=7, space="https://x.hf.space", warnings=("odd",))


def next_of(job: Job) -> Job:
    return jobs.new(REQUEST).replace(continues=job.id)


def test_the_next_attempt_gets_the_previous_task() -> None:
    job = jobs.new(REQUEST)
    work = Checkpointer(job, TOKEN)
    work.accept("50")
    assert Checkpointer(next_of(job), TOKEN).task == "50"
    assert not Checkpointer(jobs.new(REQUEST), TOKEN).pending
    work.accept("")  # the task has ended
    assert not work.pending
    assert not Checkpointer(next_of(job), TOKEN).pending


def test_the_next_attempt_gets_the_previous_picture() -> None:
    job = jobs.new(REQUEST)
    work = Checkpointer(job, TOKEN)
    work.drawn(PICTURE)
    work.keep_picture()
    assert Checkpointer(next_of(job), None).picture() == PICTURE
    assert work._kept
    assert resumption.token_for(job, work._kept, ("another",), None) is None  # a link needs no token


@pytest.mark.parametrize(("repeatable", "task", "kept"), [(True, "", True), (False, "", False), (True, "50", False)])
def test_a_link_is_kept_before_the_fetch_if_it_is_needed(repeatable: bool, task: str, kept: bool) -> None:
    job = jobs.new(REQUEST).replace(repeatable=repeatable)
    work = Checkpointer(job, TOKEN)
    work.accept(task)
    work.drawn(PICTURE)
    left = Checkpointer(next_of(job), TOKEN)
    assert (left.picture() == PICTURE, left.task) == (kept, task)


def test_no_token_is_stored_with_a_picture(cloud: Cloud) -> None:
    job = jobs.new(REQUEST)
    work = Checkpointer(job, TOKEN)
    headers = {"x-hf-authorization": f"Bearer {TOKEN}"}
    work.drawn(GeneratedImage(origin=PICTURE.origin, url=PICTURE.url, headers=headers, warnings=(f"used {TOKEN}",)))
    work.keep_picture()
    assert TOKEN not in str(cloud.items())
    picture = Checkpointer(next_of(job), TOKEN).picture()
    assert picture
    assert picture.headers == headers


def test_bytes_and_links_with_a_token_or_picture_are_not_kept() -> None:
    for url in (None, f"https://host.example/{TOKEN}.png", "data:image/png;base64,iVBORw0KGgo"):
        work = Checkpointer(jobs.new(REQUEST), TOKEN)
        work.drawn(GeneratedImage(origin=PICTURE.origin, url=url, data=b"" if url else b"png"))
        work.keep_picture()
        assert not work.pending


def test_the_token_that_began_the_task_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    job = jobs.new(REQUEST)
    Checkpointer(job, TOKEN).accept("50")
    with pytest.raises(TokenMissing, match="restore the token"):
        Checkpointer(next_of(job), "another")
    kept = Checkpoint(token=tokens.digest(TOKEN), task="50")
    assert resumption.token_for(job, kept, ("another", TOKEN), None) == TOKEN
    with pytest.raises(TokenMissing):
        resumption.token_for(job, kept, ("another",), None)
    monkeypatch.setattr(tokens, "secrets", lambda name: {"another": "", TOKEN: ""})  # even during its cooldown
    assert resumption.token_for(job, kept, (), MODELSCOPE) == TOKEN


def test_a_failing_table_does_not_stop_a_running_attempt(cloud: Cloud) -> None:
    work = Checkpointer(jobs.new(REQUEST), TOKEN)
    with cloud.refusing("dynamodb.PutItem", "AccessDeniedException"):
        work.accept("50")
    assert work.task == "50"


def test_nothing_is_generated_while_the_stored_task_is_unread(cloud: Cloud) -> None:
    job = next_of(jobs.new(REQUEST))
    with cloud.refusing("dynamodb.GetItem", "AccessDeniedException"), pytest.raises(InternalError):
        Checkpointer(job, TOKEN)


@pytest.mark.parametrize(
    ("error", "sent", "tries"),
    [
        (ProviderError("a body that cannot be decoded"), True, 1),
        (ProviderError("node 17 failed"), False, ProviderError.max_attempts),
        (ProviderUnreachable("hung up"), True, ProviderUnreachable.max_attempts),
    ],
)
def test_an_unreadable_answer_is_not_requested_again(error: EaselError, sent: bool, tries: int) -> None:
    error.drawn = sent
    Checkpointer(jobs.new(REQUEST), TOKEN).failed(error, drawn=False)
    assert (error.max_attempts, error.drawn) == (tries, sent)
