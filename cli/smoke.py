"""`make smoke URL=…`: calls a deployment's main routes and prints which of them work.

Tokens come from the environment: GITEE_TOKEN, HUGGINGFACE_TOKEN, MODELSCOPE_TOKEN. KEY is an Easel key. It replaces
missing tokens, and batches need it. A check without its token is skipped and reported as such. The checks generate one
picture for each provider, one as a job and one in a batch.
"""

import json
import os
import re
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx2

from local.banner import calls
from local.settings import PROVIDERS
from local.terminal import visible

CALL_SECONDS = 40.0
"""Longer than any call takes, because API Gateway ends calls after 30 s."""
PICTURE_SECONDS = 330.0
"""Longer than any job runs."""
BATCH_SECONDS = 600.0
LOOK_SECONDS = 2.0
ORIGIN = "https://page.example"


class CheckFailed(Exception):
    """A check failed. The text says what the deployment returned."""


class CheckSkipped(Exception):
    """A check lacks a token or key. The text says what to set."""


@dataclass(frozen=True)
class Smoke:
    """The checks of one deployment."""

    http: httpx2.Client
    environment: Mapping[str, str]

    def checks(self) -> dict[str, Callable[[], str]]:
        """Return the checks by name. Each returns a text about the outcome."""
        bodies = [json.loads(body) for body in re.findall(r"-d '(\{[^']*\})'", calls(""))]
        pictures = {f"a picture of {PROVIDERS[body['provider']]['name']}": body for body in bodies}
        return {
            "the API answers": self.health,
            "a page may call it": self.preflight,
            **{name: lambda body=body: self.picture(body) for name, body in pictures.items()},  # type: ignore[misc]
            "a job and its picture": lambda: self.job(bodies),
            "a batch of one picture": lambda: self.batch(bodies),
        }

    def health(self) -> str:
        return f"version {self._json(self.http.get('/api'), 200)['version']}"

    def preflight(self) -> str:
        wanted = {
            "Origin": ORIGIN,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "x-api-key",
        }
        reply = self.http.options("/api/generate", headers=wanted)
        allowed = reply.headers.get("access-control-allow-origin")
        if reply.status_code not in (200, 204):
            raise CheckFailed(f"the preflight returned HTTP {reply.status_code}")
        return f"from {'any origin' if allowed == '*' else allowed or 'its own origins only'}"

    def picture(self, body: Mapping[str, Any]) -> str:
        """Generate one of the specification's pictures and download it."""
        reply = self.http.post("/api/generate", json=body, headers=self._token(body["provider"]))
        return self._picture_of(reply)

    def job(self, bodies: list[dict[str, Any]]) -> str:
        """Start a job without waiting for it, then poll it until it has ended."""
        body = next((body for body in bodies if self._token_or_none(body["provider"]) is not None), None)
        if not body:
            raise CheckSkipped("set a provider's token, or KEY")
        headers = {**self._token(body["provider"]), "Prefer": "respond-async"}
        reply = self.http.post("/api/generate", json=body, headers=headers)
        if reply.status_code != 202:
            raise CheckFailed(_summary(reply))
        return self._picture_of(reply)

    def batch(self, bodies: list[dict[str, Any]]) -> str:
        """Run a batch of one picture with the deployment's own tokens."""
        if not self.environment.get("KEY"):
            raise CheckSkipped("set KEY to an Easel key")
        body = {"requests": [{**bodies[0], "seed": int(time.time())}]}
        batch = self._json(self.http.post("/api/batches", json=body, headers=self._key), 202)
        status = self._until_ended(f"/api/batches/{batch['batchId']}", BATCH_SECONDS)
        if status.get("counts", {}).get("succeeded") != 1:
            place = f"/api/batches/{batch['batchId']}/results"
            results = self.http.get(place, headers=self._key, follow_redirects=True)
            raise CheckFailed(f"the batch ended as {status['status']}: {results.text[:300]}")
        return f"batch {batch['batchId']}"

    def _picture_of(self, reply: httpx2.Response) -> str:
        """Describe the picture of a response. A 202 is polled until its job has ended."""
        job = reply.json() if reply.status_code in (200, 202) else {}
        if reply.status_code == 202:
            job = self._until_ended(f"/api/jobs/{job['jobId']}", PICTURE_SECONDS)
        if "imageDetails" not in job:
            raise CheckFailed(job.get("error", {}).get("error") if job else _summary(reply))
        details = job["imageDetails"]
        own = "/api/images/" in details["url"]  # the key must not be sent to a provider
        headers = self._key if own else {}
        picture = httpx2.get(details["url"], headers=headers, follow_redirects=True, timeout=CALL_SECONDS)
        kind = picture.headers.get("content-type", "")
        if picture.status_code != 200 or not kind.startswith("image/"):
            raise CheckFailed(f"the picture's link returned HTTP {picture.status_code} {kind}")
        return f"{details['dimensions']}, {kind}, {len(picture.content)} bytes, generated in {details['duration']}"

    def _until_ended(self, path: str, seconds: float) -> dict[str, Any]:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            status = self._json(self.http.get(path, headers=self._key), 200)
            ended = status["status"] not in ("queued", "running", "planning")
            if ended and (status.get("finishedAt") or "jobId" in status):
                return status
            time.sleep(LOOK_SECONDS)
        raise CheckFailed(f"{path} has not ended after {seconds:.0f} s")

    @property
    def _key(self) -> dict[str, str]:
        """Return the header with the key, or {} without a key."""
        return {"Authorization": f"Bearer {self.environment['KEY']}"} if self.environment.get("KEY") else {}

    def _token_or_none(self, provider: str) -> dict[str, str] | None:
        """Return headers with the provider's token and the key; None if a required one is missing."""
        section, token = PROVIDERS[provider], self.environment.get(f"{provider.upper()}_TOKEN")
        sent = {**({section["auth_header"]: token} if token else {}), **self._key}
        return sent if sent or not section["auth_required"] else None

    def _token(self, provider: str) -> dict[str, str]:
        headers = self._token_or_none(provider)
        if headers is None:
            raise CheckSkipped(f"set {provider.upper()}_TOKEN to a token of {PROVIDERS[provider]['name']}, or KEY")
        return headers

    @staticmethod
    def _json(reply: httpx2.Response, status: int) -> dict[str, Any]:
        if reply.status_code != status:
            raise CheckFailed(_summary(reply))
        body: dict[str, Any] = reply.json()
        return body


def _summary(reply: httpx2.Response) -> str:
    return f"HTTP {reply.status_code}: {reply.text[:300]}"


def run(smoke: Smoke, say: Callable[[str], None]) -> bool:
    """Run every check, even after a failure. Return True if none failed."""
    good = True
    for name, check in smoke.checks().items():
        started = time.monotonic()
        try:
            state, detail = "ok", check()
        except CheckSkipped as reason:
            state, detail = "skipped", str(reason)
        except (CheckFailed, httpx2.HTTPError, ValueError, KeyError) as error:
            state, detail, good = "FAILED", str(error) or type(error).__name__, False
        say(f"{state:<8} {name:<28} {visible(detail)} ({time.monotonic() - started:.1f} s)")
    return good


def main() -> None:
    url = os.environ.get("URL", "")
    if not re.match(r"https?://", url):
        sys.exit("make smoke needs the deployment's address: make smoke URL=https://… (the stack's output Endpoint)")
    with httpx2.Client(base_url=url.rstrip("/"), timeout=CALL_SECONDS) as http:
        sys.exit(0 if run(Smoke(http, os.environ), print) else 1)


if __name__ == "__main__":
    main()
