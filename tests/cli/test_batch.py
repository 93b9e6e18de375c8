"""`make batch`: its calls, its output and its exit code."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from werkzeug.wrappers import Request, Response

from cli import batch, batch_start
from local.errors import LocalError
from tests.harness.cloud import Server
from tests.harness.patience import HANGS_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator

COUNTS = {"requests": 4, "succeeded": 0, "failed": 1, "invalid": 1, "pending": 3, "running": 0, "cancelled": 0}
RESULTS = [
    {
        "line": 2,
        "id": "a",
        "status": "succeeded",
        "url": "https://easel.test/api/images/1.png",
        "provider": "gitee",
        "model": "z-image-turbo",
        "seed": 7,
        "dimensions": "256 x 256 (1:1)",
        "duration": "1.0s",
    },
    {"line": 3, "id": "b", "status": "failed", "error": {"code": "INVALID_MODEL", "message": "no such model"}},
]
PREVIEW = {
    "lines": [],
    "invalid": [{"line": 3, "error": "no such model", "code": "INVALID_MODEL", "details": {"field": "model"}}],
    "counts": {"lines": 4, "pictures": 3, "invalid": 1},
    "complete": True,
}
BEFORE = {"batchId": "b0", "createdAt": 9.0, "finishedAt": 99.0, "counts": {**COUNTS, "succeeded": 2, "failed": 2}}


class Deployment:
    """A script of the batch routes: the batch has ended at the third poll."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, Any]] = []
        self.looks = 0
        self.failures: list[int] = []
        """Statuses that the next looks get."""
        self.results_status = 200
        self.before: dict[str, Any] = {}
        """The `batch` that the file has started before."""
        self.server = Server(self.answer)

    def answer(self, request: Request) -> Response:
        body = request.get_data()
        self.calls.append((request.method, request.path, body))
        if request.path == "/s3":
            return Response("", 200 if request.method == "PUT" else 405)
        if request.path == "/results":
            assert "Authorization" not in request.headers  # S3 refuses a second one
            return Response("".join(json.dumps(line) + "\n" for line in RESULTS), self.results_status)
        if request.headers.get("Authorization") != "Bearer secret":
            return Response(json.dumps({"error": "no such key", "code": "AUTH_INVALID"}), 401)
        return self._routes(request)

    def _routes(self, request: Request) -> Response:
        if request.path == "/api/batches/uploads":
            found = {
                "uploadUrl": f"{self.server.url}/s3",
                "uploadHeaders": {"Content-Type": "application/octet-stream"},
                "manifest": "s3://bucket/batches/uploads/x/p.csv",
            }
            return Response(json.dumps({**found, **self.before}), 201)
        if request.path == "/api/batches/preview":
            return Response(json.dumps(PREVIEW))
        if request.path == "/api/batches":
            return Response(json.dumps({"batchId": "b1"}), 202)
        if request.path.endswith("/results") and "limit" in request.args:
            return Response(json.dumps({"batchId": "b1", "status": "running", "results": RESULTS}))
        if request.path.endswith("/results"):
            return Response("", 302, {"Location": f"{self.server.url}/results"})
        if request.method == "DELETE":
            return Response(json.dumps({"batchId": "b1", "status": "cancelled"}))
        if self.failures:
            return Response("{}", self.failures.pop(0))
        self.looks += 1
        status: dict[str, Any] = {
            "batchId": "b1",
            "status": "running",
            "counts": COUNTS,
            "createdAt": 9.0,
            "startedAt": 100.0,
        }
        status["manifest"] = "s3://bucket/batches/uploads/x/p.csv"
        if self.looks == 3:
            status |= {"status": "completed", "finishedAt": 165.0, "rate": 1.5}
            status["counts"] = {**COUNTS, "succeeded": 3, "pending": 0}
        return Response(json.dumps(status))


@pytest.fixture
def deployment() -> Iterator[Deployment]:
    found = Deployment()
    yield found
    found.server.close()


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    path = tmp_path / "p.csv"
    path.write_bytes(b"prompt\na cat\n")
    return path


def test_a_manifest_is_uploaded_run_and_its_results_are_saved(
    deployment: Deployment, manifest: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(batch, "LOOK_SECONDS", 0.01)
    environment = {"FILE": str(manifest), "URL": f"{deployment.server.url}/", "KEY": "secret", "RUN": "2"}
    assert batch.main(environment) == 1  # one line failed
    said = capsys.readouterr().out
    assert "completed: 3 pictures, 1 failed, in 1:05" in said
    assert "failed: line 3: INVALID_MODEL: no such model" in said
    assert f"make batch FILE={manifest} URL={deployment.server.url} RUN=2 KEY=" in said
    assert "secret" not in said
    assert manifest.with_name("p.csv.results.jsonl").read_text().count("\n") == 2
    sent = {(method, path): body for method, path, body in deployment.calls}
    assert sent["PUT", "/s3"] == manifest.read_bytes()
    assert json.loads(sent["POST", "/api/batches"])["scheduledTime"] == "2"
    announced = json.loads(sent["POST", "/api/batches/uploads"])
    assert (announced["name"], announced["size"]) == ("p.csv", len(sent["PUT", "/s3"]))


def test_a_refusal_is_shown_in_the_deployments_words(deployment: Deployment, manifest: Path) -> None:
    with pytest.raises(LocalError, match="no such key"):
        batch.main({"FILE": str(manifest), "URL": deployment.server.url, "KEY": "wrong"})


@pytest.mark.parametrize(("environment", "word"), [({}, "FILE"), ({"FILE": "/nowhere.csv"}, "no file '/nowhere.csv'")])
def test_without_a_manifest_it_says_what_to_do(environment: dict[str, str], word: str) -> None:
    with pytest.raises(LocalError, match=word):
        batch.main(environment)


def test_only_a_deployment_needs_a_given_key(manifest: Path) -> None:
    with pytest.raises(LocalError, match="KEY"):
        batch.main({"FILE": str(manifest), "URL": "http://127.0.0.1:1"})
    with pytest.raises(LocalError, match="make run"):
        batch.Api("http://127.0.0.1:1", batch.LOCAL_KEY).call("GET", "/api/batches/x")


def test_gallery_writes_a_page_next_to_the_manifest(
    deployment: Deployment, manifest: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(batch, "LOOK_SECONDS", 0.01)
    batch.main({"FILE": str(manifest), "URL": deployment.server.url, "KEY": "secret", "GALLERY": "1"})
    page = manifest.with_name("p.csv.gallery.html")
    assert page.as_uri() in capsys.readouterr().out
    assert 'src="https://easel.test/api/images/1.png"' in page.read_text()


def test_polling_is_retried_if_the_deployment_is_unreachable(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "LOOK_SECONDS", 0.0)
    deployment.failures = [503, 429, 500]
    api, shown = batch.Api(deployment.server.url, "secret"), list[Any]()
    assert batch.follow(api, "b1", shown.append)["status"] == "completed"
    assert len(shown) == 3
    deployment.failures = [503]
    monkeypatch.setattr(batch, "PATIENCE_SECONDS", -1.0)
    with pytest.raises(batch.NoResponse, match="503"):
        batch.follow(api, "b1", shown.append)
    deployment.failures = [404]
    with pytest.raises(LocalError, match="404"):
        batch.follow(api, "b1", shown.append)


@pytest.mark.parametrize(
    ("typed", "starts", "batch_id"),
    [("y,s", None, "b0"), ("y,r", {}, "b1"), ("y,a", {"scheduledTime"}, "b1")],
    ids=["see", "rest", "all"],
)
def test_a_file_that_ran_before_is_reported_and_confirmed(
    deployment: Deployment,
    manifest: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    typed: str,
    starts: set[str] | None,
    batch_id: str,
) -> None:
    answers = iter(typed.split(","))
    asked: list[str] = []

    def ask(question: str) -> str:
        asked.append(question)
        return next(answers)

    monkeypatch.setattr(batch, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(batch_start, "terminal", lambda: ask)
    deployment.before = {"batch": BEFORE}
    batch.main({"FILE": str(manifest), "URL": deployment.server.url, "KEY": "secret"})
    said = capsys.readouterr().out
    assert "3 pictures of 4 lines; 1 line is invalid:" in said
    assert re.search(r"ran before, on .*: 2 of 4 pictures, 2 failed\.", said)
    assert "[r]etry the 1 without a picture" in asked[1]
    sent = [json.loads(body) for method, path, body in deployment.calls if (method, path) == ("POST", "/api/batches")]
    assert [set(each) - {"manifest"} for each in sent] == ([] if starts is None else [set(starts)])
    assert deployment.calls[-2][1] == f"/api/batches/{batch_id}/results"


def test_wrong_lines_are_listed_and_nothing_starts_if_refused(
    deployment: Deployment, manifest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_start, "terminal", lambda: lambda _: "no")
    with pytest.raises(LocalError, match="nothing was started"):
        batch.main({"FILE": str(manifest), "URL": deployment.server.url, "KEY": "secret"})
    assert [path for _, path, _ in deployment.calls] == ["/api/batches/preview"]


def test_ctrl_c_leaves_the_batch_and_prints_valid_commands(
    deployment: Deployment, manifest: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def pressed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(batch, "follow", pressed)
    assert batch.main({"FILE": str(manifest), "URL": deployment.server.url, "KEY": "secret"}) == 130
    (cancel,) = re.findall(r"^  (.*curl .*)$", capsys.readouterr().out, re.MULTILINE)
    subprocess.run(["bash", "-c", f"{cancel} --silent --fail"], input=b"secret\n", check=True, timeout=HANGS_SECONDS)
    assert deployment.calls[-1][:2] == ("DELETE", "/api/batches/b1")


def test_local_commands_have_the_key_and_quote_file_names() -> None:
    commands = batch.Commands(
        batch.Api("http://127.0.0.1:1", batch.LOCAL_KEY), Path("my $1 prompts.csv"), own_key=False
    )
    assert commands.again() == "make batch 'FILE=my $$1 prompts.csv'"
    assert commands.cancel("b1") == (
        'curl -X DELETE -H "Authorization: Bearer local" http://127.0.0.1:1/api/batches/b1'
    )  # fmt: skip


def test_a_refusal_without_a_text_shows_its_status() -> None:
    assert batch._reason(httpx2.Response(502, text="<html>")) == "Bad Gateway"


def test_results_that_cannot_be_downloaded_are_an_error(
    deployment: Deployment, manifest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "LOOK_SECONDS", 0.01)
    deployment.results_status = 403
    with pytest.raises(LocalError, match=r"the results could not be downloaded: .*403"):
        batch.main({"FILE": str(manifest), "URL": deployment.server.url, "KEY": "secret"})
