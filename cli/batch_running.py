"""Results of a running batch: write them to a file in the manifest's folder, and print each new reason of failure.

Each page of results is requested until all its pictures have ended, at most `AT_ONCE` pages every `LOOK_SECONDS`. Each
picture on a page costs the deployment's owner one read of the table.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local.terminal import visible

LOOK_SECONDS = 10.0
LIMIT = 200
AT_ONCE = 5
MAX_PAGES = 50
"""Maximum number of pages. In a batch of more than 10,000 pictures, only the first 10,000 are read before its end."""
ENDED = ("succeeded", "failed", "cancelled")

Call = Callable[[str, str], dict[str, Any]]
"""Takes a method and a path, sends the request, and returns the response's JSON."""


@dataclass
class Page:
    cursor: str = ""
    asked: int = 0
    settled: bool = False
    next: str | None = None
    results: list[Mapping[str, Any]] = field(default_factory=list)


@dataclass
class RunningResults:
    """The results of a batch so far. `say` prints a line."""

    call: Call
    batch_id: str
    path: Path
    say: Callable[[str], None]
    pages: list[Page] = field(default_factory=lambda: [Page()])
    reasons: set[tuple[str, str]] = field(default_factory=set)
    ended: int = 0
    next_look: float = 0.0

    def look(self, status: Mapping[str, Any]) -> None:
        """Read the results since the last call, unless `LOOK_SECONDS` have not passed yet."""
        counts = status["counts"]
        ended = sum(counts[name] for name in ENDED)
        if ended == self.ended or time.monotonic() < self.next_look:
            return
        self.next_look, self.ended = time.monotonic() + LOOK_SECONDS, ended
        waiting = sorted((page for page in self.pages if not page.settled), key=lambda page: page.asked)
        for page in waiting[:AT_ONCE]:
            self._read(page)
        lines = list(self.results())
        self.path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")
        self._say_new_reasons(lines)

    def results(self) -> Iterator[Mapping[str, Any]]:
        """Yield the results of ended pictures, in the manifest's order."""
        return (line for page in self.pages for line in page.results if line["status"] in ENDED)

    def _read(self, page: Page) -> None:
        path = f"/api/batches/{self.batch_id}/results?limit={LIMIT}&cursor={page.cursor}"
        answer = self.call("GET", path)
        page.results, page.asked = answer["results"], page.asked + 1
        page.settled = bool(page.results) and all(line["status"] in ENDED for line in page.results)
        if page.next is None and (after := answer.get("next")) and len(self.pages) < MAX_PAGES:
            page.next = after
            self.pages.append(Page(after))

    def _say_new_reasons(self, lines: list[Mapping[str, Any]]) -> None:
        for line in lines:
            if line["status"] == "failed":
                reason = line["error"]["code"], line["error"]["message"]
                if reason not in self.reasons:
                    self.reasons.add(reason)
                    self.say(f"  failed: line {line['line']}: {reason[0]}: {visible(reason[1])}")
