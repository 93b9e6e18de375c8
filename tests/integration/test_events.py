"""Every file of `events/` works with the handler that it is for, as with `sam local invoke`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from easel import catalog
from easel.budgets import daily_usage
from easel.store import jobs
from easel.store.records import Job
from tests.harness.template import ROOT, functions

if TYPE_CHECKING:
    from pathlib import Path

    from tests.harness.stack import Stack

FILES = sorted((ROOT / "events").glob("*.json"))
OTHERS = ("batch-", "check", "ledger", "webhooks")
OWN = [path for path in FILES if not path.stem.startswith(OTHERS) and not path.stem.endswith("-batch")]

STATUS = {"router-generate-async": 202, "router-image": 302}  # every other HTTP event is answered with 200

pytestmark = pytest.mark.usefixtures("spaces")


def read(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((ROOT / "events" / f"{name}.json").read_text("utf-8"))
    return event


OF_A_PICTURE = ("huggingface-upscale", "router-image", "router-job")
"""Events that need the picture of `gitee-job`."""


def draw(stack: Stack) -> str:
    """Draw the picture of `gitee-job`, and return its link."""
    job = Job.from_json(read("gitee-job")["job"])
    jobs.create(job)
    stack.functions.run("easel-gitee", read("gitee-job"))
    return f"{stack.url}/api/images/{job.id}.png"


def test_every_event_is_named_after_its_function() -> None:
    named = {path.stem.partition("-")[0] for path in FILES}
    modules = {function.module for function in functions()}
    assert named <= modules
    assert modules - set(catalog.providers()) <= named  # optional for a provider


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.stem)
def test_each_event_gets_the_answer_of_its_kind(path: Path, stack: Stack) -> None:
    event = read(path.stem)
    drawn = draw(stack) if path.stem in OF_A_PICTURE else ""
    if path.stem == "huggingface-upscale":  # the file's picture is on the internet
        event["body"] = json.dumps({**json.loads(event["body"]), "url": drawn})
    outcome = stack.functions.run(f"easel-{path.stem.partition('-')[0]}", event)
    assert outcome.died is None
    if "job" in event:
        assert outcome.value["status"] == "succeeded", outcome.value
        assert outcome.value["id"] == event["job"]["id"]
        assert outcome.value["result"]["key"] in stack.cloud.stored()
    else:
        assert outcome.value["statusCode"] == STATUS.get(path.stem, 200), outcome.value
        assert outcome.value["headers"]


def test_the_event_of_the_check_compares_every_model(stack: Stack) -> None:
    outcome = stack.functions.run("easel-check", read("check"))
    assert outcome.value == {
        "models": sum(len(each.models) for each in catalog.providers().values()) + 1,
        "findings": [],
    }


def test_a_message_about_an_expired_job_is_removed(stack: Stack) -> None:
    outcome = stack.functions.run("easel-webhooks", read("webhooks-message"))
    assert outcome.value == {"batchItemFailures": []}


def test_the_event_of_the_ledger_counts_a_refused_picture(stack: Stack) -> None:
    assert stack.functions.run("easel-ledger", read("ledger-ended")).value == {"records": 1}
    (line,) = daily_usage.read(["2026-01-01"], [daily_usage.TOKENS])
    assert (line.provider, line.outcome, line.amounts.pictures) == ("gitee", "PROMPT_REJECTED", 1)
