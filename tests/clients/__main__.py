"""`make clients`: call a local stack with third-party clients and write the table of docs/clients.md.

The clients are installed into `.local/clients`, with the versions in `requirements.txt` and `package.json` of this
folder, or from Debian. The stack is that of a running `make run`, or a new one. The provider's emulator counts the
requests.
"""

from __future__ import annotations

import contextlib
import json
import re
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import httpx2

from local.errors import LocalError
from local.settings import QUOTA_SECONDS, Settings
from local.stack import STATE_FILE, local_stack
from tests.clients.cases import CASES, SWITCHED, Case
from tests.clients.clients import CLIENTS, DALLE, NODE, Client
from tests.clients.install import FOLDER, HERE, VENV, install, installed, versions

PAGE = Path("docs/clients.md")
TABLE = re.compile(r"(?<=<!-- make clients -->\n).*?(?=<!-- end -->)", re.S)
ADDRESSES = FUNCTION_URL, HTTP_API = "function URL", "HTTP API"
ALL = (*CASES, SWITCHED)
MARK = secrets.token_hex(4)
"""Part of each prompt and token, so that a run does not repeat the calls of an earlier one."""
AT_ONCE = 4
"""Number of clients that run at the same time. Each makes two calls at a time."""

Outcome = Mapping[str, Any]


class Stack(NamedTuple):
    addresses: Mapping[str, str]
    emulator: str

    def requests(self) -> list[str]:
        """Return the bodies that the provider's emulator received, as JSON."""
        log = httpx2.get(f"{self.emulator}/_emulator/requests", trust_env=False, timeout=60).json()
        return [json.dumps(entry["json"], ensure_ascii=False) for entry in log]

    def warm(self) -> None:
        """Start the environments that the clients need. On a busy machine this takes longer than a call may."""
        url, headers = f"{self.addresses[FUNCTION_URL]}/v1/images/generations", {"Authorization": f"Bearer {MARK}"}

        def call(number: int) -> None:
            body = {"model": CASES[0].model, "prompt": f"a cat [[delay=5]] of {MARK}, number {number}"}
            httpx2.post(url, json=body, headers=headers, trust_env=False, timeout=300)

        with ThreadPoolExecutor(2 * AT_ONCE) as pool:
            list(pool.map(call, range(2 * AT_ONCE)))


class Run(NamedTuple):
    """A client at an address."""

    client: Client
    address: str

    def cases(self) -> tuple[Case, ...]:
        return (*([SWITCHED] if self.client.switch else []), *CASES)

    def prompt(self, case: Case) -> str:
        return f"a cat {case.order} of {MARK} for {self.client.name} at the {self.address}: {case.name}."

    def asked(self, case: Case, url: str) -> Mapping[str, Any]:
        """Return a case in the form that a client's program reads.

        Each case has a different token, because Easel remembers a token's used-up quota.
        """
        model = DALLE if self.client.names and case.tries else case.model
        key = case.key or "-".join(
            re.findall("[a-z0-9]+", f"{MARK} {self.client.name} {self.address} {case.name}".lower())
        )
        return {**asdict(case), "url": f"{url}/v1", "prompt": self.prompt(case), "model": model, "key": key}

    def call(self, url: str) -> Mapping[Case, Outcome]:
        command = ["node", NODE] if self.client.program == NODE else [str(VENV), str(HERE / self.client.program)]
        given = json.dumps([self.asked(case, url) for case in self.cases()])
        command = [*command, self.client.function]
        done = subprocess.run(command, input=given, capture_output=True, text=True, cwd=FOLDER)
        if done.returncode:
            raise LocalError(f"{self.client.name} failed to run: {done.stderr[-500:]}")
        return dict(zip(self.cases(), json.loads(done.stdout.splitlines()[-1]), strict=True))


@contextlib.contextmanager
def running() -> Iterator[Stack]:
    """Yield the running local stack, or a new one for this run."""
    if STATE_FILE.exists():
        state = json.loads(STATE_FILE.read_text())
        endpoint, function_url, parameters = state["endpoint"], state["functionUrl"], state["parameters"]
        yield _stack(endpoint, function_url, parameters)
        return
    settings = Settings(port=0, aws_port=0, quota_seconds=QUOTA_SECONDS)
    with local_stack(settings, say=lambda text: print(f"  {text}", flush=True)) as own:
        yield _stack(own.endpoint, own.function_url, own.providers.parameters)


def _stack(endpoint: str, function_url: str, parameters: Mapping[str, str]) -> Stack:
    return Stack({FUNCTION_URL: function_url, HTTP_API: endpoint}, parameters["GiteeBaseUrl"].removesuffix("/v1"))


def cell(case: Case, outcome: Outcome | None, tries: int) -> str:
    """Return a cell: picture or error, in bold if unexpected, and an unexpected number of requests to the provider."""
    if outcome is None:
        return ""
    came = "picture" if outcome.get("picture") else "error"
    right = (came == "picture") is case.picture
    asked = "" if tries == case.tries else f", {tries} requests to the provider"
    return f"{came if right else f'**{came}**'}{asked}"


def row(run: Run, version: str, outcomes: Mapping[Case, Outcome], requests: list[str]) -> str:
    """Return a client's line of the table. Print each unexpected outcome."""
    cells = []
    for case in ALL:
        tries = sum(run.prompt(case) in text for text in requests)
        cells.append(cell(case, outcomes.get(case), tries))
        if "**" in cells[-1] or "," in cells[-1]:
            print(f"           {case.name}: {cells[-1]}: {outcomes[case]}", flush=True)
    return f"| {' | '.join([run.client.name, version, run.address, *cells, run.client.switch])} |"


def call_all(stack: Stack, clients: tuple[Client, ...]) -> None:
    """Run each client with both addresses, and write each row when it is complete."""
    known = versions(clients)
    runs = [Run(client, address) for client in clients for address in stack.addresses]
    began = time.monotonic()
    new: dict[Run, str] = {}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        calls = {pool.submit(run.call, stack.addresses[run.address]): run for run in runs}
        for done in as_completed(calls):
            run = calls[done]
            print(f"  {len(new) + 1:2}/{len(runs)} {time.monotonic() - began:4.0f} s  {run.client.name}, {run.address}")
            new[run] = row(run, known[run.client.name], done.result(), stack.requests())
            PAGE.write_text(table(PAGE.read_text("utf-8"), new), "utf-8")


def table(page: str, new: Mapping[Run, str]) -> str:
    """Return the page with the new rows. Rows of other clients do not change."""
    head = ["client", "version", "address", *(case.name for case in ALL), "switch"]
    match = TABLE.search(page)
    old = match[0].splitlines() if match else []
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for run in (Run(client, address) for client in CLIENTS for address in ADDRESSES):
        kept = [line for line in old if line.startswith(f"| {run.client.name} |") and f"| {run.address} |" in line]
        lines += [new[run]] if run in new else kept
    return TABLE.sub(lambda _: "\n".join(lines) + "\n", page)


def main() -> None:
    print("[1/3] install new and changed clients from PyPI, npm, Debian and GitHub", flush=True)
    install()
    wanted = [each for each in CLIENTS if not sys.argv[1:] or each.function in sys.argv[1:]]
    clients = tuple(filter(installed, wanted))
    shutil.copy(HERE / NODE, FOLDER)
    print("[2/3] find or start a local stack", flush=True)
    with running() as stack:
        stack.warm()
        print(f"[3/3] run {len(clients)} clients with two addresses each, {AT_ONCE} at a time", flush=True)
        call_all(stack, clients)
    print(f"{PAGE} contains the results of this run.")


if __name__ == "__main__":
    try:
        main()
    except LocalError as error:
        print(f"make clients: {error}", file=sys.stderr)
        sys.exit(2)
