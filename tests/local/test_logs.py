"""`local.logs`: the functions' records as lines for a person."""

import json
from typing import Any

from local.logs import Formatter


def written(function: str, text: str) -> str:
    return json.dumps({"function": function, "line": text})


def record(**fields: Any) -> str:
    always = {"level": "INFO", "location": "run:12", "timestamp": "2026-01-01 00:00:00,000+0000", "service": "easel"}
    return json.dumps({**always, **fields})


def test_a_record_becomes_one_line_with_its_own_fields() -> None:
    line = Formatter("easel").format(written("easel-gitee", record(message="done", job="01a2", seconds=5.2)))
    assert line == "gitee       INFO    done  job=01a2  seconds=5.2"


def test_a_traceback_is_indented_below() -> None:
    text = record(
        level="ERROR", message="broke", exception='Traceback:\n  File "x"\nValueError: no', exception_name="V"
    )
    line = Formatter("easel").format(written("easel-router", text))
    assert line == 'router      ERROR   broke\n    Traceback:\n      File "x"\n    ValueError: no'


def test_text_that_is_not_a_record_is_shown_unchanged() -> None:
    assert Formatter("easel").format(written("easel-gitee", "plain text")) == "gitee               plain text"
    assert Formatter("easel").format(written("easel-gitee", "  ")) is None


def test_metrics_are_hidden() -> None:
    assert Formatter("easel").format(written("easel-gitee", json.dumps({"_aws": {}, "Images": 1}))) is None


def test_of_the_emulators_log_only_function_lines_are_shown() -> None:
    formatter = Formatter("easel")
    assert formatter.format("2026-11-22 16:22:04 INFO [s3] S3 bucket created: easel-deploy") is None
    line = formatter.format("2026-11-22 16:43:34 WARNING [lambda_runtime] Lambda easel-gitee timed out after 3s")
    assert line == "lambda      WARNING Lambda easel-gitee timed out after 3s"


def test_levels_are_coloured_on_a_terminal() -> None:
    line = Formatter("easel", colour=True).format(written("easel-gitee", record(level="ERROR", message="x")))
    assert line is not None
    assert "\x1b[31mERROR  \x1b[0m x" in line
