"""OpenAI Batch with stock SDKs against `make run`: from the file of lines to the pictures."""

from __future__ import annotations

import asyncio
import io
import json
import subprocess
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from PIL import Image

from local import access
from tests.harness.openai_package import openai
from tests.harness.patience import HANGS_SECONDS, holding_at, until
from tests.harness.sdks import on_aiohttp

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from openai.types import Batch

    from local.stack import LocalStack
    from tests.harness.sdks import OnNode

ENDPOINT: Any = "/v1/images/generations"
UNENDED = ("validating", "in_progress", "finalizing", "cancelling")


@pytest.fixture
def client(local_easel: LocalStack) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{local_easel.endpoint}/v1", api_key=access.KEY) as made:
        yield made


def lines(*named: tuple[str, dict[str, Any]]) -> bytes:
    """Return a file of lines, as in OpenAI's guide to batches."""
    shared = {"model": "gitee/z-image-turbo", "size": "512x512"}
    asked = [
        {"custom_id": name, "method": "POST", "url": ENDPOINT, "body": {**shared, "prompt": f"a {name}", **body}}
        for name, body in named
    ]
    return "".join(json.dumps(line) + "\n" for line in asked).encode()


def begin(client: openai.OpenAI, content: bytes, **more: Any) -> Batch:
    file = client.files.create(file=("lines.jsonl", content), purpose="batch")
    return client.batches.create(input_file_id=file.id, endpoint=ENDPOINT, completion_window="24h", **more)


def ended(client: openai.OpenAI, batch: Batch) -> Batch:
    def over() -> Batch | None:
        now = client.batches.retrieve(batch.id)
        return None if now.status in UNENDED else now

    return until(over, look=0.2)


def written(client: openai.OpenAI, file_id: str | None) -> dict[str, Any]:
    """Return the lines of a file by their `custom_id`."""
    assert file_id
    return {line["custom_id"]: line for line in map(json.loads, client.files.content(file_id).text.splitlines())}


def check_picture(line: dict[str, Any]) -> None:
    (entry,) = line["response"]["body"]["data"]
    picture = httpx2.get(entry["url"], follow_redirects=True, trust_env=False).raise_for_status().content
    assert Image.open(io.BytesIO(picture)).size == (512, 512)


def test_a_batch_runs_end_to_end_with_a_line_that_fails(client: openai.OpenAI, tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_bytes(
        lines(
            ("boat", {"seed": 7}), ("fox", {"model": "ms/z-image-turbo"}), ("bad", {"prompt": "a [[fault=moderation]]"})
        )
    )
    with path.open("rb") as opened:
        file = client.files.create(file=opened, purpose="batch")
    assert (file.filename, file.bytes, file.purpose) == ("lines.jsonl", path.stat().st_size, "batch")
    assert client.files.retrieve(file.id) == file
    assert client.files.content(file.id).content == path.read_bytes()
    batch = client.batches.create(
        input_file_id=file.id, endpoint=ENDPOINT, completion_window="24h", metadata={"run": "nightly"}
    )
    batch = ended(client, batch)
    assert (batch.status, batch.metadata) == ("completed", {"run": "nightly"})
    assert batch.request_counts
    assert (batch.request_counts.total, batch.request_counts.completed, batch.request_counts.failed) == (3, 2, 1)
    made, failed = written(client, batch.output_file_id), written(client, batch.error_file_id)
    assert (set(made), set(failed)) == ({"boat", "fox"}, {"bad"})
    for line in made.values():
        check_picture(line)
    assert made["boat"]["response"]["body"]["easel"]["jobs"][0]["seed"] == 7
    assert failed["bad"]["response"]["status_code"] == 400
    assert (
        failed["bad"]["response"]["body"]["error"]["code"]
        == failed["bad"]["error"]["code"]
        == "content_policy_violation"
    )
    assert batch.id in [each.id for each in client.batches.list(limit=5)]
    assert {file.id, batch.output_file_id, batch.error_file_id} <= {each.id for each in client.files.list()}
    assert client.files.delete(file.id).deleted
    with pytest.raises(openai.NotFoundError):
        client.files.retrieve(file.id)


def test_a_cancelled_batch_reports_its_status(client: openai.OpenAI, local_easel: LocalStack) -> None:
    slow = [(f"cat {number}", {"prompt": f"a held cat {number}"}) for number in range(30)]
    with holding_at(local_easel.providers.parameters, "held"):
        batch = begin(client, lines(*slow))
        cancelled = client.batches.cancel(batch.id)
        assert cancelled.status in ("cancelling", "cancelled")
    batch = ended(client, cancelled)
    assert batch.status == "cancelled"
    assert batch.request_counts
    if batch.request_counts.total:  # it was planned before it was cancelled
        unmade = written(client, batch.error_file_id)
        assert {line["error"]["code"] for line in unmade.values()} == {"batch_cancelled"}
        assert len(unmade) == batch.request_counts.failed


def test_errors_are_the_sdks_own(client: openai.OpenAI, local_easel: LocalStack) -> None:
    with pytest.raises(openai.BadRequestError, match="purpose: must be batch"):
        client.files.create(file=("a.jsonl", b"{}"), purpose="fine-tune")
    with pytest.raises(openai.NotFoundError):
        client.batches.retrieve("batch_unknown")
    file = client.files.create(file=("a.jsonl", b"{}"), purpose="batch")
    with pytest.raises(openai.BadRequestError, match="endpoint: must be /v1/images/generations"):
        client.batches.create(input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h")
    other = openai.OpenAI(base_url=f"{local_easel.endpoint}/v1", api_key="ek_wrong", max_retries=0)
    with other, pytest.raises(openai.AuthenticationError):
        other.batches.list()


def test_a_large_file_goes_to_the_upload_url_of_the_error(client: openai.OpenAI) -> None:
    long = {"prompt": "a cat " + "x" * 3000}
    content = lines(*((f"cat {number}", long) for number in range(1600)))
    with pytest.raises(openai.APIStatusError, match="Upload it within an hour: PUT it ") as refused:
        client.files.create(file=("large.jsonl", content), purpose="batch")
    assert refused.value.status_code == 413
    words = refused.value.body["message"].split()  # type: ignore[index]
    url, file_id = next(word for word in words if word.startswith("http")), words[-1]
    headers = {"Content-Type": "application/octet-stream"}
    httpx2.put(url, content=content, headers=headers, trust_env=False).raise_for_status()
    assert client.files.retrieve(file_id).bytes == len(content)


def test_the_asynchronous_client_reads_a_file_on_aiohttp(client: openai.OpenAI, local_easel: LocalStack) -> None:
    content = lines(("cat", {}))
    file = client.files.create(file=("lines.jsonl", content), purpose="batch")

    async def read() -> bytes:
        options: Any = {"base_url": f"{local_easel.endpoint}/v1", "api_key": access.KEY}
        async with openai.AsyncOpenAI(**options, http_client=openai.DefaultAioHttpClient()) as other:
            return (await other.files.content(file.id)).content

    assert asyncio.run(read()) == content
    assert on_aiohttp(local_easel.endpoint, access.KEY, "batches.list").error == ""


def test_a_batch_with_the_sdk_for_node(local_easel: LocalStack, node: OnNode) -> None:
    given = {"url": local_easel.endpoint, "key": access.KEY, "lines": lines(("boat", {})).decode()}
    done = subprocess.run(
        ["node", "batch.mjs"],
        cwd=node.folder,
        input=json.dumps(given),
        capture_output=True,
        text=True,
        timeout=HANGS_SECONDS,
    )
    assert done.returncode == 0, done.stderr
    output = json.loads(done.stdout)
    assert (output["batch"]["status"], output["deleted"]) == ("completed", True)
    check_picture(json.loads(output["output"]))
