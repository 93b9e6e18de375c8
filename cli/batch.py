"""`make batch FILE=prompts.csv`: run a manifest on the local stack or a deployment, and show its progress.

Environment variables: FILE, the manifest; URL, a deployment's address (default: the local stack); KEY, an Easel key of
the deployment (`local` for the local stack); RUN, any text, to run a file again as a new batch; GALLERY=1, to write an
HTML page of the results; YES=1, to answer all questions with yes.

Without RUN, the same file continues its earlier batch: finished pictures are not generated again. On a terminal, the
command asks before it starts a file with invalid lines or a file that ran before.
"""

import hashlib
import json
import os
import shlex
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx2

from cli import batch_gallery, batch_start
from cli.batch_running import RunningResults
from cli.batch_start import Ask
from cli.batch_view import Display, Results, summary
from easel.common import pasted
from local.errors import LocalError
from local.terminal import run, visible_lines

LOCAL_URL = "http://127.0.0.1:8080"
LOCAL_KEY = "local"
STATE = Path(".local/state.json")
LOOK_SECONDS = 1.0
PATIENCE_SECONDS = 60.0
"""Seconds that a deployment may fail to respond before the command stops."""


class NoResponse(LocalError):
    """The deployment did not respond. A retry may succeed."""


@dataclass(frozen=True)
class Api:
    """A client for a deployment's batch routes."""

    url: str
    key: str

    @cached_property
    def http(self) -> httpx2.Client:
        return httpx2.Client(base_url=self.url, headers={"Authorization": f"Bearer {self.key}"}, timeout=60)

    def call(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, content: bytes | None = None
    ) -> dict[str, Any]:
        """Send a request and return the response's JSON. Raise `LocalError` with the deployment's error text."""
        try:
            answer: dict[str, Any] = self._send(method, path, body, content).json()
            return answer
        except ValueError as error:
            raise NoResponse(f"{self.url} did not return JSON ({error}); is `make run` running?") from error

    def download(self, path: str, target: Path) -> None:
        """Download the file that a path redirects to, without Easel's `Authorization` header, which S3 rejects."""
        link = self._send("GET", path).headers["Location"]
        try:
            with httpx2.stream("GET", link, timeout=60) as response, target.open("wb") as file:
                for chunk in response.raise_for_status().iter_bytes():
                    file.write(chunk)
        except httpx2.HTTPError as error:
            raise LocalError(f"the results could not be downloaded: {error}") from error

    def _send(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, content: bytes | None = None
    ) -> httpx2.Response:
        try:
            response = self.http.request(method, path, json=body, content=content)
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise NoResponse(f"{self.url} did not respond ({error}); is `make run` running?") from error
        if response.is_error:
            kind = NoResponse if response.status_code == 429 or response.is_server_error else LocalError
            raise kind(f"{self.url} refused the call ({response.status_code}): {_reason(response)}")
        return response


def _reason(response: httpx2.Response) -> str:
    try:
        return str(response.json()["error"])
    except (ValueError, KeyError, TypeError):
        return response.reason_phrase


def validate(api: Api, manifest: Path, say: Callable[[str], None], ask: Ask | None) -> None:
    """Let the deployment validate a manifest before anything is spent. Print its pictures and its invalid lines."""
    text = batch_start.beginning(manifest)
    size = manifest.stat().st_size
    preview = api.call("POST", f"/api/batches/preview?size={size}", content=text)
    for line in batch_start.describe(preview, whole=len(text) == size):
        say(line)
    batch_start.confirm(preview, ask)


def start(api: Api, manifest: Path, run: str, say: Callable[[str], None], ask: Ask | None) -> tuple[str, str]:
    """Upload a manifest, and start its batch or find its earlier one. Return the batch's id and RUN."""
    with manifest.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()[:32]
        size = manifest.stat().st_size
        place = api.call("POST", "/api/batches/uploads", {"size": size, "name": manifest.name, "digest": digest})
        before = place.get("batch")
        if before and not run:
            say(batch_start.describe_earlier(before))
            wanted = batch_start.choose(before, ask)
            if wanted == "see":
                return str(before["batchId"]), run
            run = time.strftime("%Y-%m-%dT%H:%M:%S") if wanted == "all" else ""
        file.seek(0)
        try:
            upload = httpx2.put(place["uploadUrl"], content=file, headers=place["uploadHeaders"], timeout=600)
            upload.raise_for_status()
        except httpx2.HTTPError as error:
            raise LocalError(f"the manifest could not be uploaded: {error}") from error
    again = {"scheduledTime": run} if run else {}
    batch = api.call("POST", "/api/batches", {"manifest": place["manifest"], **again})
    if run and batch.get("startedBefore"):
        say(f"This file was started before with RUN={run}. To run all of it again, set another RUN.")
    return str(batch["batchId"]), run


def follow(api: Api, batch_id: str, show: Callable[[Mapping[str, Any]], None]) -> dict[str, Any]:
    """Show the batch's progress until its results are written. The service ends each batch within 14 days."""
    patience = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            status = api.call("GET", f"/api/batches/{batch_id}")
            show(status)
        except NoResponse:
            if time.monotonic() > patience:
                raise
        else:
            patience = time.monotonic() + PATIENCE_SECONDS
            if "finishedAt" in status:
                return status
        time.sleep(LOOK_SECONDS)


@dataclass(frozen=True)
class Commands:
    """Commands to paste into a shell. They prompt for a deployment's key, which is never printed."""

    api: Api
    manifest: Path
    own_key: bool
    """True if KEY is set. Otherwise the key is the local stack's, which is public."""
    run: str = ""
    """The value of RUN, which is part of the batch's identity."""

    def again(self) -> str:
        given = {"FILE": str(self.manifest), "URL": self.api.url if self.own_key else "", "RUN": self.run}
        # make reads $$ as $
        words = [f"{name}={value.replace('$', '$$')}" for name, value in given.items() if value]
        return self._with_key(f"make batch {shlex.join(words)}" + (' KEY="$KEY"' if self.own_key else ""))

    def cancel(self, batch_id: str) -> str:
        key = "$KEY" if self.own_key else LOCAL_KEY
        url = shlex.quote(f"{self.api.url}/api/batches/{batch_id}")
        return self._with_key(f'curl -X DELETE -H "Authorization: Bearer {key}" {url}')

    def _with_key(self, command: str) -> str:
        return f"read -rs KEY && {command}" if self.own_key else command

    def note(self) -> str:
        return " (you are asked for the key: type it, then press Enter)" if self.own_key else ""


def main(environment: Mapping[str, str]) -> int:
    manifest = Path(environment.get("FILE") or "")
    if not manifest.is_file():
        missing = f"FILE: there is no file {environment['FILE']!r}; FILE" if environment.get("FILE") else "FILE"
        raise LocalError(
            f"{missing} must be a manifest (CSV with a header, or JSON Lines): make batch FILE=prompts.csv"
        )
    api, own_key = _api(environment)
    commands = Commands(api, manifest, own_key, environment.get("RUN") or "")
    path = manifest.with_name(f"{manifest.name}.results.jsonl")
    ask = None if environment.get("YES") else batch_start.terminal()
    validate(api, manifest, show_lines, ask)
    batch_id, run = start(api, manifest, commands.run, show_lines, ask)
    commands = replace(commands, run=run)
    with Display() as display:
        display.say(f"Batch {batch_id} at {api.url}")
        so_far = RunningResults(api.call, batch_id, path, display.say)

        def show(status: Mapping[str, Any]) -> None:
            display.show(status)
            so_far.look(status)

        try:
            status = follow(api, batch_id, show)
        except KeyboardInterrupt:
            if so_far.ended:
                display.say(f"Results so far, with the link of each picture: {path}")
            display.say(
                f"The batch continues{commands.note()}. To follow it again:\n  {commands.again()}\n"
                f"To cancel it:\n  {commands.cancel(batch_id)}"
            )
            return 130
    api.download(f"/api/batches/{batch_id}/results", path)
    display.say(summary(status))
    display.failures(Results.read(path))
    display.say(f"Results, with the link of each picture: {path}")
    if environment.get("GALLERY"):
        display.say(f"Gallery: {batch_gallery.write(manifest, path).resolve().as_uri()}")
    if status["counts"]["failed"] + status["counts"]["cancelled"]:
        display.say(f"To retry the lines without a picture{commands.note()}:\n  {commands.again()}")
    return 0 if status["counts"]["failed"] == 0 and status["status"] == "completed" else 1


def show_lines(text: str) -> None:
    print(visible_lines(text))


def _api(environment: Mapping[str, str]) -> tuple[Api, bool]:
    """Return the deployment's client, and whether KEY is set."""
    url, key = (environment.get("URL") or "").rstrip("/"), pasted.token(environment.get("KEY") or "")
    if not url:
        url = json.loads(STATE.read_text())["endpoint"] if STATE.exists() else LOCAL_URL
        return Api(url, key or LOCAL_KEY), key not in ("", LOCAL_KEY)
    if not key:
        raise LocalError("KEY must be an Easel key of the deployment: make batch FILE=… URL=… KEY=…")
    return Api(url, key), True


if __name__ == "__main__":
    run("make batch", lambda: main(os.environ))
