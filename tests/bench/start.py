"""`make bench WHAT=start ARGS=COMMIT`: time of `make run` to its first Gitee AI picture, HEAD against another commit.

Both are cloned without an environment. Package caches are used as they are. Each side starts twice, alternately:
the first start installs and builds, the second reuses both. Ratios are valid on a busy machine, seconds are not.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2

from local.api_gateway import bind
from tests.harness.template import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CALL = {"provider": "gitee", "model": "z-image-turbo", "prompt": "a cute cat"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("commit", help="the commit to compare with, such as e2c674f")
    commit = parser.parse_args().commit
    with tempfile.TemporaryDirectory(prefix="easel-start-") as folder:
        sides = {name: _clone(Path(folder) / name, name) for name in ("HEAD", commit)}
        for start in ("first", "second"):
            seconds = {name: _seconds(checkout) for name, checkout in sides.items()}
            ours, theirs = seconds["HEAD"], seconds[commit]
            print(f"{start} start: {ours:.0f} s, {theirs:.0f} s, ratio {ours / theirs:.2f}", flush=True)


def _clone(target: Path, commit: str) -> Path:
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(target)], check=True)
    own = subprocess.run(["git", "rev-parse", commit], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    subprocess.run(["git", "checkout", "--quiet", own.strip()], cwd=target, check=True)
    return target


def _seconds(checkout: Path) -> float:
    """Return the seconds from `make run` to a picture, or infinity if `make run` ends before."""
    with bind(0) as free:
        port = free.getsockname()[1]
    began = time.monotonic()
    with _running(checkout, {**os.environ, "PORT": str(port)}) as run:
        while run.poll() is None:
            with contextlib.suppress(httpx2.HTTPError):
                url = f"http://127.0.0.1:{port}/api/generate"
                reply = httpx2.post(url, json=CALL, headers={"X-API-Key": "any"}, timeout=None, trust_env=False)
                if reply.status_code == 200:
                    return time.monotonic() - began
            time.sleep(0.1)
    return float("inf")


@contextlib.contextmanager
def _running(checkout: Path, env: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run `make run`, and end it like Ctrl-C."""
    run = subprocess.Popen(["make", "run"], cwd=checkout, env=env, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        yield run
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(run.pid, signal.SIGINT)
        run.wait()


if __name__ == "__main__":
    main()
