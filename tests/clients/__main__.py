"""`make clients`: calls the running local stack with other people's clients and writes the table of docs/clients.md.

The clients are installed into `.local/clients`, from PyPI and npm, with the versions of `requirements.txt` and
`package.json` beside this file. Java's HttpClient is called where Java is installed. The provider's emulator counts how
often it was asked.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

import httpx2

from local.errors import LocalError
from local.stack import STATE_FILE
from tests.clients.cases import CASES, Case

HERE = Path(__file__).resolve().parent
FOLDER = Path(".local/clients")
PAGE = Path("docs/clients.md")
TABLE = re.compile(r"(?<=<!-- make clients -->\n).*?(?=<!-- end -->)", re.S)
PYTHON = {
    "openai_python": "openai",
    "litellm": "litellm",
    "pydantic_ai": "pydantic-ai-slim",
    "haystack": "haystack-ai",
    "langchain": "langchain-community",
}
"""The functions of `python_clients.py`, and the package of each."""
VERCEL, JAVA = "Vercel AI SDK", "Java `HttpClient`"
AT_ONCE = 2

Outcome = Mapping[str, Any]


def install() -> None:
    """Install the clients, if they are not there."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    if not (FOLDER / "venv").exists():
        subprocess.run([sys.executable, "-m", "venv", str(FOLDER / "venv")], check=True)
    pip = [str(FOLDER / "venv/bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "-r", str(HERE / "requirements.txt")], check=True)
    for name in ("package.json", "vercel.mjs"):
        shutil.copy(HERE / name, FOLDER)
    subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund"], check=True, cwd=FOLDER)


def versions() -> dict[str, str]:
    """Each client with its version."""
    pinned = dict(line.split("==") for line in (HERE / "requirements.txt").read_text().split())
    pinned = {name.partition("[")[0]: version for name, version in pinned.items()}
    java = {JAVA: ""} if shutil.which("java") else {}
    node = json.loads((HERE / "package.json").read_text())["dependencies"]
    return {**{client: pinned[package] for client, package in PYTHON.items()}, VERCEL: node["ai"], **java}


def call(client: str, url: str, mark: str) -> list[Outcome]:
    """The outcomes of a client's cases at an address."""
    asked = [{**asdict(case), "url": f"{url}/v1", "prompt": prompt(case, mark)} for case in CASES]
    if client == JAVA:
        with ThreadPoolExecutor(len(asked)) as pool:
            return list(pool.map(_java, asked))
    python = [str(FOLDER.resolve() / "venv/bin/python"), str(HERE / "python_clients.py"), client]
    command = ["node", "vercel.mjs"] if client == VERCEL else python
    done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, cwd=FOLDER)
    if done.returncode:
        raise LocalError(f"{client} could not be run: {done.stderr[-500:]}")
    outcomes: list[Outcome] = json.loads(done.stdout.splitlines()[-1])
    return outcomes


def _java(case: Mapping[str, Any]) -> Outcome:
    body = {name: case[name] for name in ("model", "prompt")}
    body |= {"response_format": case["format"]} if case["format"] else {}
    command = ["java", str(HERE / "Call.java"), case["url"], case["key"], json.dumps(body)]
    status, _, text = subprocess.run(command, capture_output=True, text=True, check=True).stdout.partition("\n")
    if status == "200":
        return {"picture": bool(json.loads(text)["data"][0][case["format"] or "url"])}
    return {"error": f"{status}: {text[:200]}"}


def prompt(case: Case, mark: str) -> str:
    return f"a cat {case.order} for {mark} {case.name}"


def cell(case: Case, outcome: Outcome, tries: int) -> str:
    """What became of a case: a picture or an error where that is right, and how often the provider was asked if not."""
    came = "picture" if outcome.get("picture") else "error"
    right = (came == "picture") is case.picture
    asked = "" if tries == case.tries else f", provider asked {tries} times"
    return f"{came if right else f'**{came}**'}{asked}"


def rows(addresses: Mapping[str, str], emulator: str) -> list[str]:
    """The table's lines. Prints what is not as it should be."""
    known = versions()
    runs = [(client, address) for client in known for address in addresses]

    def run(each: tuple[str, str]) -> list[Outcome]:
        client, address = each
        return call(client, addresses[address], mark(client, address))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = list(pool.map(run, runs))
    log = httpx2.get(f"{emulator}/_emulator/requests", trust_env=False, timeout=60).json()
    asked = [json.dumps(entry["json"], ensure_ascii=False) for entry in log]
    lines = [
        f"| client | version | address | {' | '.join(case.name for case in CASES)} |",
        "|---" * (3 + len(CASES)) + "|",
    ]
    for (client, address), found in zip(runs, outcomes, strict=True):
        cells = []
        for case, outcome in zip(CASES, found, strict=True):
            tries = sum(prompt(case, mark(client, address)) in text for text in asked)
            cells.append(cell(case, outcome, tries))
            if "**" in cells[-1] or "," in cells[-1]:
                print(f"{client}, {address}, {case.name}: {cells[-1]}: {outcome}")
        lines.append(f"| {client.replace('_', '-')} | {known[client]} | {address} | {' | '.join(cells)} |")
    return lines


def mark(client: str, address: str) -> str:
    return f"{client} at the {address}"


def main() -> None:
    if not STATE_FILE.exists():
        raise LocalError("no local stack runs: start `make run` first")
    state = json.loads(STATE_FILE.read_text())
    install()
    addresses = {"function URL": state["functionUrl"], "HTTP API": state["endpoint"]}
    table = rows(addresses, state["parameters"]["GiteeBaseUrl"].removesuffix("/v1"))
    PAGE.write_text(TABLE.sub("\n".join(table).replace("\\", "\\\\") + "\n", PAGE.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    try:
        main()
    except LocalError as error:
        print(f"make clients: {error}", file=sys.stderr)
        sys.exit(2)
