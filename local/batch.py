"""`make batch FILE=prompts.csv`: runs a manifest, here or on a deployment, and shows how far it is.

From the environment: FILE, the manifest; URL, a deployment's address (the local stack's when absent); KEY, an access
key of it (`local` for the local stack); RUN, any text, to run again what has run already. Without RUN the same file is
the same batch: what has succeeded is not made again, and a run that was interrupted here is found.
"""

import hashlib
import json
import os
import shutil
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.errors import LocalError

LOCAL_URL = "http://127.0.0.1:8080"
LOCAL_KEY = "local"
STATE = Path(".local/state.json")
LOOK_SECONDS = 1.0
QUIET_SECONDS = 10.0
"""Between two lines where there is no terminal to draw a bar on."""
BAR = 30
SHOWN = 10
"""Failed lines told at the end; the file has them all."""


@dataclass(frozen=True)
class Api:
    """The batch routes of a deployment."""

    url: str
    key: str

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """An answer's JSON; raises `LocalError` with what the deployment says."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}{path}", data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                found: dict[str, Any] = json.load(response)
                return found
        except urllib.error.HTTPError as error:
            raise LocalError(f"{self.url} refused ({error.code}): {_reason(error)}") from error
        except (OSError, ValueError) as error:
            raise LocalError(f"{self.url} does not answer ({error}); is `make run` running?") from error

    def download(self, path: str, target: Path) -> None:
        request = urllib.request.Request(f"{self.url}{path}")
        request.add_unredirected_header("Authorization", f"Bearer {self.key}")  # S3 takes none beside its own
        with urllib.request.urlopen(request, timeout=60) as response, target.open("wb") as file:
            shutil.copyfileobj(response, file)


def _reason(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.load(error)["error"])
    except (ValueError, KeyError, TypeError):
        return str(error.reason)


def start(api: Api, manifest: Path, run: str | None) -> str:
    """Uploads a manifest and starts its batch; the batch's id."""
    with manifest.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()[:32]
        place = api.call("POST", "/api/batches/uploads", {"name": manifest.name, "digest": digest})
        file.seek(0)
        headers = {"Content-Length": str(manifest.stat().st_size), "Content-Type": "application/octet-stream"}
        request = urllib.request.Request(place["uploadUrl"], file, headers, method="PUT")
        try:
            urllib.request.urlopen(request, timeout=600).close()
        except OSError as error:
            raise LocalError(f"the manifest could not be uploaded: {error}") from error
    again = {"scheduledTime": run} if run else {}
    found = api.call("POST", "/api/batches", {"manifest": place["manifest"], **again})
    return str(found["batchId"])


def follow(api: Api, batch_id: str, show: Callable[[Mapping[str, Any]], None]) -> dict[str, Any]:
    """Shows the batch until its results are there."""
    while True:
        status = api.call("GET", f"/api/batches/{batch_id}")
        show(status)
        if "finishedAt" in status:
            return status
        time.sleep(LOOK_SECONDS)


def line(status: Mapping[str, Any]) -> str:
    """`[######........]  210/1000 · 3 failed · 19.8/s · 0:40 left`"""
    counts = status["counts"]
    done, total = counts["succeeded"] + counts["failed"], counts["requests"]
    filled = BAR * done // total if total else 0
    more = "+" if status["status"] == "planning" else ""
    parts = [f"[{'#' * filled}{'.' * (BAR - filled)}] {done:>5}/{total}{more} {status['status']}"]
    parts.append(f"{counts['failed']} failed")
    parts.append(f"{status.get('rate') or 0:.1f}/s")
    if (left := status.get("etaSeconds")) is not None:
        parts.append(f"{clock(left)} left")
    parts += [f"waits for {_wait(wait)}" for wait in status.get("waitingFor", ())]
    return " · ".join(parts)


def _wait(wait: Mapping[str, Any]) -> str:
    """`gitee until 02:00 (today's quota is used up)`"""
    until = f" until {time.strftime('%H:%M', time.localtime(wait['until']))}" if "until" in wait else ""
    return f"{wait['provider']}{until} ({wait['reason']})"


def clock(seconds: float) -> str:
    """`1:05:09`, `5:09`"""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


class Display:
    """A bar that stays in its line on a terminal; elsewhere a line now and then."""

    def __init__(self, terminal: bool) -> None:
        self._terminal = terminal
        self._next = 0.0

    def show(self, status: Mapping[str, Any]) -> None:
        if self._terminal:
            print(f"\r{line(status)}\033[K", end="", flush=True)
        elif time.monotonic() >= self._next or "finishedAt" in status:
            self._next = time.monotonic() + QUIET_SECONDS
            print(line(status), flush=True)

    def end(self) -> None:
        if self._terminal:
            print()


def report(status: Mapping[str, Any], results: Path, api: Api) -> list[str]:
    """What to say at the end: how it went, which lines failed, where the pictures are."""
    counts, failed, first = status["counts"], list[str](), ""
    with results.open(encoding="utf-8") as file:
        for result in map(json.loads, file):
            first = first or result.get("url", "")
            if result["status"] == "failed" and len(failed) < SHOWN:
                error = result["error"]
                failed.append(f"  line {result['line']}: {error['code']}: {error['message']}")
    if counts["failed"] > len(failed):
        failed.append(f"  and {counts['failed'] - len(failed)} more")
    seconds = status["finishedAt"] - status["createdAt"]
    told = [f"{status['status']}: {counts['succeeded']} pictures, {counts['failed']} failed, in {clock(seconds)}"]
    told += [f"The batch failed as a whole: {status['error']['error']}"] if "error" in status else []
    told += [*failed, f"Results, with the link of each picture: {results}"]
    told += [f"The first picture: {first}"] if first else []
    bucket, key = status["manifest"].removeprefix("s3://").partition("/")[0], status["batchId"]
    return [*told, f"In the bucket: s3://{bucket}/images/ and s3://{bucket}/batches/{key}/ ({api.url})"]


def main(environment: Mapping[str, str]) -> int:
    manifest = Path(environment.get("FILE") or "")
    if not manifest.is_file():
        raise LocalError("FILE must name a manifest: make batch FILE=prompts.csv (CSV with a header, or JSON Lines)")
    api = _api(environment)
    batch_id = start(api, manifest, environment.get("RUN") or None)
    print(f"Batch {batch_id} at {api.url}", flush=True)
    display = Display(sys.stdout.isatty())
    try:
        status = follow(api, batch_id, display.show)
    except KeyboardInterrupt:
        print(f"\nThe batch goes on. To look at it again, run the same command. To cancel it:\n"
              f'  curl -X DELETE -H "Authorization: Bearer $KEY" {api.url}/api/batches/{batch_id}')  # fmt: skip
        return 130
    display.end()
    results = manifest.with_name(f"{manifest.name}.results.jsonl")
    api.download(f"/api/batches/{batch_id}/results", results)
    print("\n".join(report(status, results, api)))
    return 0 if status["counts"]["failed"] == 0 and status["status"] == "completed" else 1


def _api(environment: Mapping[str, str]) -> Api:
    url, key = (environment.get("URL") or "").rstrip("/"), environment.get("KEY") or ""
    if not url:
        url = json.loads(STATE.read_text())["endpoint"] if STATE.exists() else LOCAL_URL
        key = key or LOCAL_KEY
    if not key:
        raise LocalError("KEY must hold an access key of the deployment: make batch FILE=… URL=… KEY=…")
    return Api(url, key)


if __name__ == "__main__":
    try:
        sys.exit(main(os.environ))
    except LocalError as error:
        print(f"make batch: {error}", file=sys.stderr)
        sys.exit(2)
