"""Monitoring for the owner: alarms, and a dashboard with figures from Easel's log lines."""

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


def alarm_of(namespace: str, metric: str) -> dict[str, Any]:
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
def test_a_failure_raises_an_alarm_and_silence_does_not(namespace: str, metric: str) -> None:
    alarm = alarm_of(namespace, metric)
    assert (alarm["ComparisonOperator"], alarm["TreatMissingData"]) == ("GreaterThanThreshold", "notBreaching")
    assert alarm["AlarmDescription"]


def test_every_alarm_goes_to_the_owners_topic() -> None:
    for name in ALARMS:
        actions = RESOURCES[name]["Properties"]["AlarmActions"]
        assert actions == {"Fn::If": ["HasAlarmTopic", [{"Ref": "AlarmTopic"}], []]}, name


def test_each_log_metric_has_an_alarm() -> None:
    for counted in (properties(name) for name in ("ErrorsFilter", "WaitedFilter")):
        (figure,) = counted["MetricTransformations"]
        assert counted["LogGroupName"] == properties("GiteeFunction").get("LogGroup", "easel-logs")
        assert alarm_of(figure["MetricNamespace"], figure["MetricName"])


def terms() -> list[str]:
    """Return the texts that make a line an error if it contains one of them."""
    parts = re.findall(r'\?"((?:\\.|[^"\\])*)"', properties("ErrorsFilter")["FilterPattern"])
    return [term.replace('\\"', '"') for term in parts]


def test_easels_errors_count_and_its_warnings_do_not() -> None:
    """In a separate process, since Powertools writes the lines."""
    program = "from easel.common.telemetry import logger; logger.error('A'), logger.warning('B'), logger.info('C')"
    environment = {"PYTHONPATH": str(ROOT / "layers/easel")}
    ran = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    lines = ran.stdout.splitlines()
    assert [json.loads(line)["message"] for line in lines] == ["A", "B", "C"]
    assert [any(term in line for term in terms()) for line in lines] == [True, False, False]


def test_lambdas_lines_about_a_failed_function_count() -> None:
    """The lines are from https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html"""
    for line in (
        "[ERROR] InvalidRequest: manifest: there is no object s3://bucket/key",
        "2026-11-25T06:00:00.000Z 6f1f Task timed out after 240.00 seconds",
        "RequestId: 6f1f Error: Runtime exited with error: signal: killed",
    ):
        assert any(term in line for term in terms()), line


def widgets() -> list[dict[str, Any]]:
    """Return the dashboard's widgets. CloudWatch takes a body of JSON."""
    parts: list[dict[str, Any]] = json.loads(properties("Dashboard")["DashboardBody"])["widgets"]
    return parts


def test_the_dashboard_has_its_stacks_name_and_figures() -> None:
    assert properties("Dashboard")["DashboardName"] == "easel-us-east-1"
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
