"""`make run`, end to end: the real template is built and deployed, and the three calls run as printed.

The tests need SAM CLI and a CPython 3.13. Without them they are skipped, except in CI.
"""

import contextlib
import io
import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest
from PIL import Image

from easel.budgets import keys
from easel.budgets.keys import Key
from local import access, build
from local.banner import calls
from local.deploy import architecture
from local.processes import ROOT, environment
from local.settings import PROVIDERS
from local.stack import LocalStack
from local.tools import Tools
from tests.harness.patience import HANGS_SECONDS, LONGER, until
from tests.harness.sam import sam_deploy

NAMES = tuple(PROVIDERS)
KEY = {"X-API-Key": "any"}
CALLS = 12


@pytest.fixture
def stack(local_easel: LocalStack) -> LocalStack:
    return local_easel


@pytest.fixture
def log(local_log: list[str]) -> list[str]:
    return local_log


@pytest.fixture
def client(stack: LocalStack) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=stack.endpoint, timeout=HANGS_SECONDS) as client:
        yield client


def curls(text: str) -> list[str]:
    return re.findall(r"^curl .*?^  \}'$", text, flags=re.DOTALL | re.MULTILINE)


def fetch(client: httpx2.Client, url: str) -> Image.Image:
    response = client.get(url, follow_redirects=True)
    response.raise_for_status()
    return Image.open(io.BytesIO(response.content))


@pytest.mark.parametrize("number", range(3))
def test_each_of_the_three_calls_returns_a_picture(stack: LocalStack, client: httpx2.Client, number: int) -> None:
    call = curls(calls(stack.endpoint))[number]
    command = ["bash", "-c", f"{call} --silent --show-error"]
    answer = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    if answer.get("status") == "running":  # a busy machine may need longer than the call limit
        answer = ended(client, f"/api/jobs/{answer['jobId']}")
    assert "imageDetails" in answer, answer
    assert answer["imageDetails"]["url"].startswith(f"{stack.endpoint}/api/images/")
    picture = fetch(client, answer["imageDetails"]["url"])
    assert picture.format == answer["format"].upper()
    assert f"{picture.width} x {picture.height} (1:1)" == answer["imageDetails"]["dimensions"]


@pytest.mark.parametrize("provider", NAMES)
def test_a_providers_own_route_invokes_its_function(client: httpx2.Client, log: list[str], provider: str) -> None:
    headers = {section["auth_header"]: "any" for section in PROVIDERS.values()}
    before = len(log)
    answer = client.post(
        f"/api/providers/{provider}/generate", json={"prompt": "a cat", "width": 512, "height": 512}, headers=headers
    )
    assert answer.status_code in (200, 303), answer.text  # a busy machine may need longer than the call limit
    assert any(line.startswith(provider) for line in log[before:])
    assert not any(line.startswith("router") for line in log[before:])


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere environments start in the ordinary way")
def test_environments_are_copies_of_imported_functions(stack: LocalStack, client: httpx2.Client) -> None:
    """A thread left by a function's init would make each copy a new process, which imports for seconds."""
    assert client.get("/api/models").status_code == 200
    aws = next(child.process.pid for child in stack.processes.children if child.name == "MiniStack")
    programs = "\n".join(children(aws))
    assert "fork_server.py" in programs
    assert "_worker.py" not in programs


def children(parent: int) -> Iterator[str]:
    """Return the arguments of each process that this one has started."""
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has ended
            _, ppid = status.read_text().rpartition(")")[2].split()[:2]
            if int(ppid) == parent:
                yield status.with_name("cmdline").read_text()


def test_a_preflight_starts_no_function(client: httpx2.Client, log: list[str]) -> None:
    before = len(log)
    headers = {"Origin": "https://front.example", "Access-Control-Request-Method": "POST"}
    answer = client.options("/api/generate", headers=headers)
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (204, "*")
    assert not any(line.startswith("router") for line in log[before:])


def test_the_function_url_serves_the_same_deployment(stack: LocalStack, client: httpx2.Client) -> None:
    with httpx2.Client(base_url=stack.function_url, timeout=HANGS_SECONDS) as direct:
        small = {"prompt": "a cat", "width": 256, "height": 256}
        picture = direct.post("/api/generate", json=small, headers={**KEY, "Origin": "https://front.example"})
        refused = direct.post("/v1/images/generations", content=b"{")
        asked = {"Origin": "https://front.example", "Access-Control-Request-Method": "POST"}
        preflight = direct.options("/api/generate", headers=asked)
    assert picture.status_code == 200, picture.text
    assert picture.headers.get_list("access-control-allow-origin") == ["*"]
    assert fetch(client, picture.json()["imageDetails"]["url"]).size == (256, 256)
    assert (refused.status_code, refused.json()["error"]["type"]) == (400, "invalid_request_error")
    assert (preflight.status_code, preflight.headers["access-control-max-age"]) == (204, "86400")


def ended(client: httpx2.Client, link: str) -> dict[str, Any]:
    def over() -> dict[str, Any] | None:
        job: dict[str, Any] = client.get(link).json()
        return job if job.get("status") in ("succeeded", "failed") else None

    return until(over, look=0.5)


def test_concurrent_calls_each_get_a_picture(client: httpx2.Client) -> None:
    def call(number: int) -> dict[str, Any]:
        body = {"prompt": f"cat {number} [[delay=3]]", "width": 256, "height": 256}
        headers = {**KEY, "Prefer": "wait=2", "Idempotency-Key": f"calls at once {number}"}

        def accepted() -> httpx2.Response | None:
            """Return the response. A call that API Gateway cuts at 30 s is repeated and joins its job."""
            answer = client.post("/api/generate", json=body, headers=headers)
            return None if answer.status_code == 503 else answer

        answer = until(accepted)
        assert answer.status_code in (200, 202), answer.text
        return ended(client, f"/api/jobs/{answer.json()['jobId']}")

    with ThreadPoolExecutor(CALLS) as threads:
        jobs = list(threads.map(call, range(CALLS)))
    assert {job["status"] for job in jobs} == {"succeeded"}
    links = {job["imageDetails"]["url"] for job in jobs}
    assert len(links) == CALLS
    assert {fetch(client, link).size for link in links} == {(256, 256)}


ACCESS = {"Authorization": f"Bearer {access.KEY}"}
MANIFEST = (
    "id,provider,prompt,steps,count,model,image\r\n"
    "one,gitee,a cat,,2,,\r\n"
    "two,huggingface,a dog,,,,\r\n"
    "three,gitee,a mouse,99,,,\r\n"
    "four,modelscope,猫,,,,\r\n"
    "five,gitee,with a hat,,,Qwen-Image-Edit,{}\r\n"
)


def batch_ended(client: httpx2.Client, batch_id: str, held: dict[str, str] = ACCESS) -> dict[str, Any]:
    def over() -> dict[str, Any] | None:
        batch: dict[str, Any] = client.get(f"/api/batches/{batch_id}", headers=held).json()
        return batch if "finishedAt" in batch else None

    return until(over, look=0.5)


def results(client: httpx2.Client, batch_id: str) -> list[dict[str, Any]]:
    link = client.get(f"/api/batches/{batch_id}/results", headers=ACCESS).headers["location"]
    return [json.loads(line) for line in httpx2.get(link, timeout=HANGS_SECONDS, trust_env=False).text.splitlines()]


def test_a_manifest_in_the_inbox_becomes_a_batch(stack: LocalStack, client: httpx2.Client) -> None:
    bucket, states = stack.deployed.outputs["ImagesBucket"], stack.client("stepfunctions")
    machine = stack.deployed.outputs["BatchMachine"]

    def executions() -> set[str]:
        return {each["name"] for each in states.list_executions(stateMachineArn=machine)["executions"]}

    small = {"prompt": "a cat", "width": 320, "height": 256}
    accepted = client.post("/api/generate", json=small, headers={**KEY, "Prefer": "respond-async"})
    source = ended(client, accepted.headers["location"])["imageDetails"]["url"]
    before = executions()
    manifest = MANIFEST.format(source).encode()
    stack.client("s3").put_object(Bucket=bucket, Key="batches/inbox/my prompts.csv", Body=manifest)
    new = until(lambda: executions() - before, look=0.2, state=lambda: "the inbox started nothing")
    batch_id = new.pop().rpartition("-")[0]
    assert batch_ended(client, batch_id)["counts"] | {"pending": 0} == {
        "requests": 6, "succeeded": 5, "failed": 1, "invalid": 1, "running": 0, "pending": 0, "cancelled": 0,
    }  # fmt: skip
    lines = results(client, batch_id)
    outcomes = [(line["id"], line["status"], line.get("error", {}).get("code")) for line in lines]
    assert outcomes == [
        ("one", "succeeded", None), ("one", "succeeded", None), ("two", "succeeded", None),
        ("three", "failed", "INVALID_PARAMS"), ("four", "succeeded", None), ("five", "succeeded", None),
    ]  # fmt: skip
    assert fetch(client, lines[-1]["url"]).size == (320, 256)  # the size of its source picture
    assert stack.client("s3").head_object(Bucket=bucket, Key="batches/inbox/my prompts.csv")  # it is kept


def test_batches_take_turns_and_a_stopped_one_is_reported(stack: LocalStack, client: httpx2.Client) -> None:
    machine = stack.deployed.outputs["BatchMachine"].replace(":stateMachine:", ":execution:")

    def start(name: str, seconds: int) -> str:
        lines = [{"prompt": f"{name} {n} [[delay={seconds}]]", "width": 256, "height": 256} for n in range(10)]
        batch_id: str = client.post("/api/batches", json={"requests": lines}, headers=ACCESS).json()["batchId"]
        return batch_id

    def stop_the_one_ahead(ids: list[str]) -> tuple[str, str] | None:
        """Return the stopped batch and the next one, or None if no batch was seen waiting."""

        def look() -> list[dict[str, Any]] | None:
            batches = [client.get(f"/api/batches/{one}", headers=ACCESS).json() for one in ids]
            waits = any("waitingFor" in each for each in batches)
            return batches if waits or all("finishedAt" in each for each in batches) else None

        behind = next((each["batchId"] for each in until(look, look=0.1) if "waitingFor" in each), None)
        if behind is None:
            return None
        (ahead,) = set(ids) - {behind}
        stack.client("stepfunctions").stop_execution(executionArn=f"{machine}:{ahead}-1")
        return (ahead, behind) if batch_ended(client, ahead)["status"] == "cancelled" else None

    turns = (stop_the_one_ahead([start(name, seconds) for name in "ab"]) for seconds in LONGER)
    ahead, behind = next(filter(None, turns))
    counts = batch_ended(client, ahead)["counts"]
    assert counts["succeeded"] + counts["cancelled"] == 10
    assert {line["status"] for line in results(client, ahead)} <= {"succeeded", "cancelled"}
    assert batch_ended(client, behind)["counts"]["succeeded"] == 10


def test_calls_and_batches_share_the_budget_of_their_key(stack: LocalStack, client: httpx2.Client) -> None:
    text, small = keys.make(), {"width": 256, "height": 256}
    key = Key(id=keys.id_of(text), name="carol", created=time.time(), month=3, batches=True)
    stack.client("dynamodb").put_item(TableName=stack.deployed.outputs["JobsTable"], Item=key.item())
    held = {"Authorization": f"Bearer {text}"}
    assert client.post("/api/generate", json={"prompt": "a cat", **small}, headers=held).status_code == 200
    lines = [{"prompt": f"a dog {number}", **small} for number in range(5)]
    started = client.post("/api/batches", json={"requests": lines}, headers=held).json()
    address = f"/api/batches/{started['batchId']}"
    reason = "the key 'carol' has reached its limit of 3 pictures a month"

    def waits() -> dict[str, Any] | None:
        batch: dict[str, Any] = client.get(address, headers=held).json()
        spent = reason in json.dumps(batch.get("waitingFor"), ensure_ascii=False)
        return batch if spent and batch["counts"]["succeeded"] == 2 else None

    waiting = until(waits, look=0.2)
    assert (waiting["status"], waiting["counts"]["failed"]) == ("running", 0)
    assert waiting["waitingFor"][0]["until"] > time.time()
    assert client.get("/api/key", headers=held).json()["use"]["picturesThisMonth"]["left"] == 0
    assert client.post("/api/generate", json={"prompt": "a cat", **small}, headers=held).status_code == 429
    client.delete(address, headers=held)
    ended = batch_ended(client, started["batchId"], held)
    assert (ended["status"], ended["counts"]["succeeded"], ended["counts"]["cancelled"]) == ("cancelled", 2, 3)


def test_the_command_prints_the_calls_and_leaves_no_process(tools: Tools) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "local"],
        cwd=ROOT,
        env=environment(PORT="0", PYTHONPATH="layers/easel"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as run:
        assert run.stdout is not None
        output: list[str] = []
        try:
            for line in run.stdout:
                output.append(line)
                if "Ctrl-C" in line:
                    break
            assert len(curls("".join(output))) == 3, output
            (endpoint,) = re.findall(r"Easel runs at (\S+)", "".join(output))
            until(lambda: httpx2.get(f"{endpoint}/api", timeout=HANGS_SECONDS).status_code == 200, child=run)
            family = descendants(run.pid)
            assert len(family) >= 4  # the reaper, MiniStack, a template, an environment
        finally:
            run.send_signal(signal.SIGINT)
            output.append(run.stdout.read())
    assert run.returncode == 0, "".join(output)
    assert [pid for pid in family if running(pid)] == []


def running(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    return False


def descendants(pid: int) -> list[int]:
    pids = []
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                pids += [int(child), *descendants(int(child))]
    return pids


def test_a_second_stack_deploys_without_questions(stack: LocalStack, tools: Tools) -> None:
    command, env = sam_deploy(tools, stack.aws_url, {"Architecture": architecture()})
    run = subprocess.run(
        [*command, "--stack-name", "second", "--template-file", str(build.ARTIFACTS / "template.json")],
        env=env,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=HANGS_SECONDS,
    )
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-2000:]
    assert "no authentication" not in run.stdout
    cloudformation = stack.client("cloudformation")
    ids = [
        {
            each["PhysicalResourceId"]
            for each in cloudformation.describe_stack_resources(StackName=name)["StackResources"]
            if each["ResourceType"]
            not in ("AWS::Lambda::Permission", "AWS::Lambda::LayerVersion", "AWS::ApiGatewayV2::Stage")
        }
        for name in ("easel", "second")
    ]
    assert not ids[0] & ids[1]
    for name in ("easel", "second"):
        (described,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
        assert described["StackStatus"] == "CREATE_COMPLETE"
