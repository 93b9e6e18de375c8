"""What tells the owner of a deployment: alarms, and a dashboard whose figures come out of lines that Easel writes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import Any

import pytest

from tests.harness import template
from tests.harness.template import ROOT, properties

RESOURCES = template.template()["Resources"]
ALARMS = [name for name, each in RESOURCES.items() if each["Type"] == "AWS::CloudWatch::Alarm"]
CODE = "\n".join(
    path.read_text("utf-8") for folder in ("layers", "functions") for path in (ROOT / folder).rglob("*.py")
)


def rings(namespace: str, metric: str) -> dict[str, Any]:
    alarms = [properties(name) for name in ALARMS]
    return next(alarm for alarm in alarms if (alarm["Namespace"], alarm["MetricName"]) == (namespace, metric))


@pytest.mark.parametrize(
    ("namespace", "metric"),
    [
        ("Easel/easel", "Errors"),
        ("Easel/easel", "Waited"),
        ("AWS/Lambda", "Throttles"),
        ("AWS/ApiGateway", "5xx"),
        ("AWS/States", "ExecutionsFailed"),
        ("AWS/States", "ExecutionsTimedOut"),
    ],
)
def test_what_goes_wrong_rings_and_silence_is_peace(namespace: str, metric: str) -> None:
    alarm = rings(namespace, metric)
    assert alarm["ComparisonOperator"] == "GreaterThanThreshold"
    assert alarm["TreatMissingData"] == "notBreaching"
    assert alarm["AlarmDescription"]


@pytest.mark.parametrize("name", ALARMS)
def test_every_alarm_goes_to_the_owners_topic(name: str) -> None:
    assert RESOURCES[name]["Properties"]["AlarmActions"] == {"Fn::If": ["HasAlarmTopic", [{"Ref": "AlarmTopic"}], []]}


@pytest.mark.parametrize("name", ["ErrorsFilter", "WaitedFilter"])
def test_each_figure_of_the_log_is_an_alarms(name: str) -> None:
    alarm = properties(name)
    (figure,) = alarm["MetricTransformations"]
    assert alarm["LogGroupName"] == properties("GiteeFunction").get("LogGroup", "easel-logs")
    assert rings(figure["MetricNamespace"], figure["MetricName"])


def terms() -> list[str]:
    """The texts of which one makes a line an error."""
    parts = re.findall(r'\?"((?:\\.|[^"\\])*)"', properties("ErrorsFilter")["FilterPattern"])
    return [term.replace('\\"', '"') for term in parts]


def logged(level: str) -> str:
    """A line of that level as Powertools writes it."""
    program = f"from easel.common.telemetry import logger; logger.{level}('PROVIDER_ERROR')"
    environment = {"PYTHONPATH": str(ROOT / "layers/easel")}
    return subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    ).stdout


@pytest.mark.parametrize(("level", "counts"), [("error", True), ("warning", False), ("info", False)])
def test_easels_errors_count_and_its_warnings_do_not(level: str, counts: bool) -> None:
    line = logged(level)
    assert "PROVIDER_ERROR" in line
    assert any(term in line for term in terms()) == counts


@pytest.mark.parametrize(
    "line",
    [
        "[ERROR] InvalidRequest: manifest: there is no object s3://bucket/key",
        "2026-11-25T06:00:00.000Z 6f1f Task timed out after 240.00 seconds",
        "RequestId: 6f1f Error: Runtime exited with error: signal: killed",
    ],
)
def test_what_lambda_writes_of_a_function_that_failed_counts(line: str) -> None:
    """The lines are Lambda's own: https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html"""
    assert any(term in line for term in terms())


def widgets() -> list[dict[str, Any]]:
    """The dashboard's widgets; CloudWatch takes a body of JSON."""
    parts: list[dict[str, Any]] = json.loads(properties("Dashboard")["DashboardBody"])["widgets"]
    return parts


def test_the_dashboard_has_a_name_of_its_own_stack_and_region() -> None:
    assert properties("Dashboard")["DashboardName"] == "easel-us-east-1"


def test_the_dashboard_shows_what_an_owner_asks_for() -> None:
    titles = " / ".join(widget["properties"]["title"] for widget in widgets())
    for wanted in ("Pictures by provider and outcome", "Seconds of a call", "Cold starts", "cooldowns", "dollars"):
        assert wanted in titles


def test_the_dashboard_counts_lines_that_are_written() -> None:
    queries = [each["properties"]["query"] for each in widgets() if each["type"] == "log"]
    assert all(query.startswith("SOURCE 'easel-logs' | ") for query in queries)
    lines = {line for query in queries for line in re.findall(r"message (?:=|in) \[?((?:'[^']+'(?:, )?)+)", query)}
    named = {name for line in lines for name in re.findall(r"'([^']+)'", line)}
    assert len(named) > 3
    assert all(f'"{name}"' in CODE for name in named)
