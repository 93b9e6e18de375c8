"""Each thing that can break between the caller and the picture is broken on purpose."""

from __future__ import annotations

import socket
import threading
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from easel.store import jobs
from tests.emulators.held_pictures import holding
from tests.harness.cloud import Refusal
from tests.harness.patience import until
from tests.harness.stack import HEADERS, TOKENS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.harness.stack import Stack

SMALL = {"width": 256, "height": 256}
PATHS = ["/api/generate", "/api/providers/gitee/generate"]


def test_without_the_bucket_the_providers_link_is_returned(stack: Stack) -> None:
    with stack.cloud.refusing("s3.PutObject", "AccessDenied", 403):
        answer = stack.generate(SMALL)
        redirect = stack.generate(SMALL, accept="image/*")
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["imageDetails"]["url"].startswith(stack.environment["GITEE_BASE_URL"])
    assert "will expire" in body["warnings"][-1]
    assert stack.picture(body["imageDetails"]).startswith(b"\x89PNG")
    assert stack.job(answer)["imageDetails"] == body["imageDetails"]
    assert redirect.status_code == 303
    assert redirect.headers["Location"].startswith(stack.environment["GITEE_BASE_URL"])


def test_briefly_busy_aws_services_do_not_fail_a_call(stack: Stack) -> None:
    with ExitStack() as weather:
        weather.enter_context(stack.cloud.refusing("s3.PutObject", "SlowDown", 503, times=1))
        for operation in ("PutItem", "UpdateItem"):
            weather.enter_context(stack.cloud.refusing(f"dynamodb.{operation}", "ThrottlingException", times=1))
        answer = stack.generate(SMALL)
    assert (answer.status_code, answer.json()["warnings"]) == (200, [])
    assert stack.job(answer)["status"] == "succeeded"


def test_a_throttled_table_is_reported_to_the_reader_of_a_job(stack: Stack) -> None:
    answer = stack.generate(SMALL)
    with stack.cloud.refusing("dynamodb.GetItem", "ThrottlingException"):
        asked = stack.http.get(f"/api/jobs/{answer.json()['jobId']}")
    assert (asked.status_code, asked.json()["code"]) == (429, "RATE_LIMITED")
    assert asked.headers["Retry-After"]


def test_a_disconnected_client_does_not_lose_its_picture(stack: Stack) -> None:
    host, port = stack.url.removeprefix("http://").split(":")
    body = b'{"prompt": "gone away [[delay=1]]", "width": 256, "height": 256}'
    head = f"POST /api/generate HTTP/1.1\r\nHost: {host}\r\n{HEADERS['gitee']}: {TOKENS['gitee']}\r\n"
    with socket.create_connection((host, int(port))) as client:
        client.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        until(lambda: stack.received("gitee", "gone away"))
    stack.functions.wait_until_idle()
    (item,) = [item for item in stack.cloud.items() if "gone away" in item.get("job", {}).get("S", "")]
    job = jobs.get(item["id"]["S"])
    assert job.status == "succeeded"
    assert job.result
    assert stack.cloud.object(job.result.key)["Body"].startswith(b"\x89PNG")


def started(stack: Stack, name: str) -> str:
    """Return the id of the job with that name in its prompt."""
    (job_id,) = [item["id"]["S"] for item in stack.cloud.items() if name in item.get("job", {}).get("S", "")]
    return str(job_id)


def died(stack: Stack, answer: Any, name: str) -> dict[str, Any]:
    """Return the job of a call whose function died, from the call's answer or from its waiting address."""
    assert (answer.status_code, answer.json()["code"]) == (500, "UNKNOWN")
    assert answer.json()["error"].startswith(("the provider's function ended", "the function stopped while"))
    job: dict[str, Any] = stack.http.get(f"/api/jobs/{started(stack, name)}").json()
    assert (job["status"], job["code"]) == ("failed", "UNKNOWN")
    return job


def test_killing_the_function_during_generation_ends_its_job(stack: Stack) -> None:
    with holding("killed drawing"), stack.functions.isolated("easel-gitee") as kill:
        seen = threading.Thread(target=lambda: (until(lambda: stack.received("gitee", "killed drawing")), kill()))
        seen.start()
        answer = stack.generate({**SMALL, "prompt": "killed drawing"})
        seen.join()
    died(stack, answer, "killed drawing")


def test_a_kill_before_recording_keeps_the_stored_picture(stack: Stack) -> None:
    dead = threading.Event()

    def before_the_record() -> Refusal | None:
        if dead.is_set():
            return None  # the front door itself records the death
        dead.set()
        kill()
        return Refusal(500, "InternalServerError")

    with stack.functions.isolated("easel-gitee") as kill, stack.cloud.rule("dynamodb.UpdateItem", before_the_record):
        answer = stack.generate({**SMALL, "prompt": "killed recording"})
    assert answer.status_code == 200, answer.text
    assert stack.picture(answer.json()["imageDetails"])
    assert answer.json()["imageDetails"]["url"].endswith(f"images/{started(stack, 'killed recording')}.png")


def test_a_timed_out_function_ends_its_job_as_timed_out(stack: Stack) -> None:
    with holding("cut by lambda"), stack.functions.isolated("easel-gitee", cut_after=3):
        answer = stack.generate({**SMALL, "prompt": "cut by lambda"})
    assert (answer.status_code, answer.json()["code"]) == (504, "TIMEOUT")
    assert jobs.get(started(stack, "cut by lambda")).error_status == 504


@pytest.mark.parametrize("path", PATHS)
def test_a_crash_before_an_async_job_begins_fails_it_at_once(path: str, stack: Stack) -> None:
    with stack.functions.broken("easel-gitee") if path == PATHS[0] else dying_job(stack):
        answer = stack.generate({**SMALL, "prompt": f"never begun {path}"}, path, prefer="respond-async")
        job = stack.ended(answer)
    assert answer.status_code == 202
    assert (job["status"], job["code"]) == ("failed", "UNKNOWN")
    assert "nothing was generated" in job["error"]
    assert not stack.received("gitee", f"never begun {path}")


@contextmanager
def dying_job(stack: Stack) -> Iterator[None]:
    """The function answers its own route, and dies in the job that it then starts."""
    invoke = stack.functions.invoke
    with ExitStack() as weather:

        def broken(name: str, kind: str, payload: bytes) -> Any:
            weather.enter_context(stack.functions.broken(name))
            return invoke(name, kind, payload)

        weather.enter_context(stack.cloud.invoking(broken))
        yield


def test_a_kill_after_the_redirect_reads_as_timed_out(stack: Stack) -> None:
    with holding("killed alone"), stack.functions.isolated("easel-gitee") as kill:
        answer = stack.generate({**SMALL, "prompt": "killed alone"}, prefer="respond-async")
        until(lambda: stack.received("gitee", "killed alone"))
        kill()
        stack.functions.wait_until_idle()
    job = jobs.get(answer.json()["jobId"])
    assert job.status == "running"
    table = stack.cloud.client("dynamodb")
    later = {**jobs.as_item(job.replace(deadline=job.created - 1)), "status": {"S": "running"}}
    table.put_item(TableName=stack.environment["JOBS_TABLE"], Item=later)
    late = stack.job(answer)
    assert (late["status"], late["code"]) == ("failed", "TIMEOUT")
