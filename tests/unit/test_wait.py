"""How long a call waits, by its address, client and preferences, and how often it is redirected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from easel.common.deadline import Deadline, in_thread
from easel.errors import InternalError, NotFound
from easel.front_door import wait
from easel.front_door.http_messages import HttpRequest
from easel.front_door.wait import Preferences
from easel.store import jobs
from easel.store.records import GenerationRequest
from tests.harness.patience import HANGS_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from easel.store.records import Job
    from tests.harness.cloud import Cloud


def call(agent: str = "", url_seconds: float | None = None, late: float = 0) -> HttpRequest:
    return HttpRequest(b"", {}, "/api/generate", "id-1", late, "", agent, url_seconds)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", Preferences()),
        ("Respond-Async", Preferences(respond_async=True)),
        ("respond-async, wait=10", Preferences(respond_async=True, wait=10)),
        ("wait=10;foo=bar, handling=lenient", Preferences(wait=10)),
        ('wait="7"', Preferences(wait=7)),
        ("wait=3, wait=9", Preferences(wait=3)),
        ("wait=0", Preferences(wait=0)),
    ],
)
def test_the_prefer_header_is_read_as_the_rfc_says(header: str, expected: Preferences) -> None:
    assert Preferences.read(header) == expected


def test_an_invalid_preference_is_ignored() -> None:
    for header in ("wait=-1", "wait=soon", "wait=", "wait=1e9", "wait=9999999", "wait=²", ",,;", "wait"):
        assert Preferences.read(header) == Preferences()


@pytest.mark.parametrize(
    ("header", "budget", "applied"),
    [
        ("", 25, None),
        ("wait=10", 10, "wait=10"),
        ("wait=600", 25, "wait=25"),
        ("wait=0", 0, "wait=0"),
        ("respond-async", 0, "respond-async"),
        ("respond-async, wait=3", 3, "respond-async, wait=3"),
    ],
)
def test_a_preference_sets_the_wait_up_to_the_maximum(header: str, budget: float, applied: str | None) -> None:
    preferences = Preferences.read(header)
    assert preferences.budget(25) == budget
    assert preferences.applied(25).get("Preference-Applied") == applied


@pytest.mark.parametrize(
    ("agent", "hops", "seconds"),
    [
        ("", 9, 25),
        ("python-requests/2.32.5", 9, 25),
        ("python-urllib3/2.6.1", 3, 28.5),
        ("GuzzleHttp/7", 5, 28.5),
        ("Java-http-client/17.0.15", 4, 28.5),
    ],
)
def test_a_client_with_few_redirects_waits_longer_at_each(agent: str, hops: int, seconds: float) -> None:
    assert (wait.hops(call(agent)), wait.longest(call(agent))) == (hops, seconds)
    assert (hops + 1) * seconds > 110
    assert wait.longest(call(agent, late=20)) == 8.5
    assert max(wait.FEWER_HOPS.values()) < wait.HOPS


def test_the_function_url_never_redirects() -> None:
    assert wait.hops(call("GuzzleHttp/7", 300)) == 0
    assert wait.longest(call(url_seconds=300, late=29)) == 298.5


@pytest.mark.parametrize("look", [wait.for_job, lambda job_id, waiting: wait.for_jobs([job_id], waiting)[0]])
def test_a_job_that_is_not_stored_yet_is_waited_for(
    look: Callable[[str, Deadline], Job], cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wait, "LOOK_SECONDS", 0.01)
    job = jobs.new(GenerationRequest(provider="gitee", model="z-image-turbo", prompt="late", steps=4))
    waiting = in_thread(look, job.id, Deadline(HANGS_SECONDS))
    jobs.create(job)
    jobs.fail(job, InternalError("it ends"))
    assert waiting.result(HANGS_SECONDS).ended
    unknown = jobs.new(job.request)
    for job_id, seconds in ((unknown.id, 0.0), ("0" * 44, HANGS_SECONDS), ("a-name", HANGS_SECONDS)):
        with pytest.raises(NotFound):
            look(job_id, Deadline(seconds))
