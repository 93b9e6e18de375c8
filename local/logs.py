"""Format the functions' logs for reading: one line per record, with indented tracebacks below."""

import json
import re
from typing import Any

from local.terminal import visible

COLOURS = {"DEBUG": "2", "INFO": "36", "WARNING": "33", "ERROR": "31", "CRITICAL": "1;31"}
# Keys that Powertools writes into every record. The line already starts with the function's name and the time.
HIDDEN = {
    "level",
    "location",
    "message",
    "timestamp",
    "service",
    "cold_start",
    "function_name",
    "function_arn",
    "function_memory_size",
    "function_request_id",
    "xray_trace_id",
    "sampling_rate",
    "exception",
    "exception_name",
    "stack_trace",
}
EMULATOR_RECORD = re.compile(r"\S+ (\d\d:\d\d:\d\d) (WARNING|ERROR|CRITICAL) \[(lambda\w*|cloudformation)\] (.*)")


class Formatter:
    """Converts the output of `local.aws` to lines to print. `colour` is for terminals."""

    def __init__(self, stack: str, colour: bool = False) -> None:
        self._prefix = f"{stack}-"
        self._colour = colour

    def format(self, line: str) -> str | None:
        """Return the line to print for a line of output, or None if it only concerns MiniStack."""
        record = _json_object(line)
        if record and record.keys() == {"function", "line"}:
            return self._function_line(record["function"].removeprefix(self._prefix), record["line"])
        if match := EMULATOR_RECORD.match(line):
            return self._line("lambda", match[2], match[4])
        return None

    def _function_line(self, function: str, text: str) -> str | None:
        record = _json_object(text)
        if record is None:
            return self._line(function, "", text) if text.strip() else None
        if "_aws" in record:  # metrics in the embedded format
            return None
        fields = [f"{key}={_short(value)}" for key, value in record.items() if key not in HIDDEN and value is not None]
        message = _short(record.get("message", ""))
        trace = str(record.get("exception") or "").rstrip()
        below = "".join(f"\n    {visible(each)}" for each in trace.splitlines())
        return self._line(function, str(record.get("level", "")), "  ".join([message, *fields])) + below

    def _line(self, source: str, level: str, text: str) -> str:
        label = f"{visible(level):<7}"
        if self._colour and level in COLOURS:
            label = f"\x1b[{COLOURS[level]}m{label}\x1b[0m"
        return f"{visible(source):<11} {label} {visible(text)}"


def _short(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _json_object(text: str) -> dict[str, Any] | None:
    if not text.startswith("{"):
        return None
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
