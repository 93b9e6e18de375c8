"""What all tests share: no AWS account, no developer's settings, and one in-process AWS for the tests that use it."""

from __future__ import annotations

import asyncio
import fcntl
import gc
import os
import re
import ssl
import sys
import time
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpcore2
import pytest
from botocore.httpsession import URLLib3Session
from botocore.retries.standard import ExponentialBackoff
from httpx2._config import DEFAULT_TIMEOUT_CONFIG

from easel import catalog
from easel.catalog import stored_overlay
from easel.common import aws
from easel.providers import downloads, job_ends, ssm_parameters
from easel.settings import settings
from tests.harness.artifacts import artifacts, tools
from tests.harness.clock import Clock
from tests.harness.cloud import CREDENTIALS, Cloud
from tests.harness.local_easel import local_easel, local_log
from tests.harness.patience import HANGS_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

sys.path += [str(folder) for folder in Path(__file__).parents[1].joinpath("functions").iterdir() if folder.is_dir()]

__all__ = ["artifacts", "local_easel", "local_log", "tools"]  # fixtures

OURS = (
    *(provider.url_setting for provider in catalog.providers().values()),
    "FUNCTION_PREFIX",
    "WAIT_SECONDS",
    "PUBLIC_URL",
    "RETENTION_DAYS",
    "ALLOWED_ORIGINS",
    "ACCESS",
    "PICTURES_NEED_KEY",
    "ANONYMOUS_PICTURES",
    "JOBS_AT_ONCE",
    "DAILY_PICTURES",
    "TIME_ZONE",
    "MARKS",
    "MARKS_PROPAGATOR",
    "MODEL_ALIASES",
    "KEY_MANIFESTS",
)


STACKS = ("Cloud", "Emulators")
"""What a test module imports that starts an emulated AWS or providers of its own."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--without-stack", action="store_true", help="leave out tests with an emulated AWS or emulators")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Import the tests without garbage collection, which takes a third of the time. Later collections skip them."""
    gc.disable()
    try:
        with compiled_once():
            return (yield)
    finally:
        gc.freeze()
        gc.enable()


@contextmanager
def compiled_once() -> Iterator[None]:
    """In a fresh checkout, let one of xdist's workers compile all modules. The others wait, then read its bytecode."""
    compiled = Path(__file__).parent / "unit/__pycache__"
    if sys.dont_write_bytecode or "PYTEST_XDIST_WORKER" not in os.environ or compiled.exists():
        yield
        return
    with Path(__file__).open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if compiled.exists():
            fcntl.flock(lock, fcntl.LOCK_UN)
        yield


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run only the tests that need nothing but this process, for `make test FAST=1`."""
    if config.getoption("--without-stack"):
        items[:] = [item for item in items if not _needs_a_stack(item)]


def _needs_a_stack(item: pytest.Item) -> bool:
    return isinstance(item, pytest.Function) and (
        "_cloud" in item.fixturenames or any(name in vars(item.module) for name in STACKS)
    )


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Show Easel's internal failures of all tests at the end, because CI keeps the end of a run's output."""
    failed = [report.capstdout for report in terminalreporter.stats.get("failed", ())]
    traces = {trace for text in failed for trace in re.findall(r'"exception":"(.*?[^\\])"', text)}
    for trace in sorted(traces, key=len)[:3]:
        terminalreporter.write_line(f"inside Easel: … {trace[-1500:]}")


def pytest_configure(config: pytest.Config) -> None:
    """Create the thread's event loop for Mangum. Otherwise Python 3.13 would create it with a warning."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    config.add_cleanup(loop.close)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Run the tests of a group in one process, and start the longest groups first.

    Our own, since xdist 3.8's `loadgroup` does not group under pytest 9.2: it sets a field that is no longer read.
    """
    from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

    class InGroups(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            return group(nodeid.split("::")[0])

        def _assign_work_unit(self, node: Any) -> None:
            self.workqueue.move_to_end(longest(self.workqueue), last=False)
            super()._assign_work_unit(node)

    return InGroups(config, log)


GROUPS = {
    "clients": ("browser/test_front_ends.py", "browser/test_p", "sdks/"),
    "local stack": (
        *("sam_local/", "browser/test_other_pages.py"),
        *(f"integration/test_{name}.py" for name in ("local_stack", "local_webhooks", "documents")),
    ),
    "faults": ("faults/test_faults.py",),
    "artifacts": ("build/", "runtime/"),
    "spaces": tuple(f"integration/test_{name}.py" for name in ("huggingface", "check_spaces", "models", "events")),
    "texts": ("unit/test_plain_words.py", "unit/test_references.py"),
}
"""Test files, by path or its beginning, that share something slow to start. The longest group comes first."""


def group(path: str) -> str:
    """Return the group of a test file. A file without a group is its own group."""
    file = path.removeprefix("tests/")
    return next((name for name, files in GROUPS.items() if file.startswith(files)), path)


def longest(waiting: Iterable[str]) -> str:
    """Return the group to start next: one of `GROUPS`, or xdist's choice, the one with the most tests."""
    waiting = list(waiting)
    return next((each for each in GROUPS if each in waiting), waiting[0])


@pytest.fixture(scope="session", autouse=True)
def _no_account() -> Iterator[None]:
    """Hide the machine's AWS configuration and the developer's shell from the tests."""
    with pytest.MonkeyPatch.context() as environment:
        for name in os.environ:
            if name in OURS or name.startswith(("AWS_", "HF_", "POWERTOOLS_")):
                environment.delenv(name)
        for name, value in CREDENTIALS.items():
            environment.setenv(name, value)
        yield


@pytest.fixture(scope="session", autouse=True)
def _short_pauses() -> Iterator[None]:
    """Keep the number of retries, with a fiftieth of each pause."""
    pause = ExponentialBackoff.delay_amount
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ExponentialBackoff, "delay_amount", lambda self, context: pause(self, context) / 50)
        patch.setattr(job_ends, "RECORD_PAUSES", tuple(seconds / 50 for seconds in job_ends.RECORD_PAUSES))
        patch.setattr(downloads, "PAUSES", tuple(seconds / 50 for seconds in downloads.PAUSES))
        yield


@pytest.fixture(scope="session", autouse=True)
def _patience_with_aws() -> Iterator[None]:
    """The emulated AWS is a thread of the test's process, so two hundred concurrent calls wait longer than for AWS."""
    make = URLLib3Session.__init__

    def patient(self: URLLib3Session, *given: Any, **named: Any) -> None:
        make(self, *given, **{**named, "timeout": (HANGS_SECONDS, HANGS_SECONDS)})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(URLLib3Session, "__init__", patient)
        yield


@pytest.fixture(scope="session", autouse=True)
def _patience_with_servers() -> Iterator[None]:
    """Allow tests' own httpx2 calls more than the default of 5 s."""
    with pytest.MonkeyPatch.context() as patch:
        for part in ("connect", "read", "write", "pool"):
            patch.setattr(DEFAULT_TIMEOUT_CONFIG, part, HANGS_SECONDS)
        yield


@pytest.fixture(scope="session", autouse=True)
def _one_trust() -> Iterator[None]:
    """Read the certificate authorities once per process. Otherwise each of httpx2's clients reads them again."""
    read = httpcore2.default_ssl_context

    @cache
    def kept(_trust_env: bool, file: str | None, folder: str | None) -> ssl.SSLContext:
        return read(_trust_env=_trust_env)

    def context(_trust_env: bool = True) -> ssl.SSLContext:
        return kept(_trust_env, os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpcore2, "default_ssl_context", context)
        yield


@pytest.fixture(autouse=True)
def _fresh_settings() -> Iterator[None]:
    """Let each test read the settings and create clients again."""
    read_anew()
    yield
    read_anew()


def read_anew() -> None:
    """Clear everything that was read from the environment and from AWS, perhaps by an earlier test's thread."""
    settings.cache_clear()
    aws.forget_clients()
    stored_overlay.forget()
    ssm_parameters.forget()
    if quota := sys.modules.get("routes.quota"):
        quota.forget()


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> float:
    """Stop the time at noon, so that no minute, day or month ends during the test."""
    now = 1_800_014_400.0
    monkeypatch.setattr(time, "time", lambda: now)
    return now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that Easel's pauses move forward without waiting."""
    clock = Clock()
    clock.install(monkeypatch)
    return clock


@pytest.fixture(scope="session")
def _cloud() -> Iterator[Cloud]:
    cloud = Cloud()
    yield cloud
    cloud.close()


@pytest.fixture
def cloud(_cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """AWS with the template's table and bucket, both empty, and Easel set to use it."""
    for name, value in _cloud.environment.items():
        monkeypatch.setenv(name, value)
    read_anew()
    yield _cloud
    _cloud.wipe()
