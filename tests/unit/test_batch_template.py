"""The template's batch part: queues that outlast their functions, dead ends that are noticed, a schedule."""

from __future__ import annotations

from typing import Any

import pytest

from easel import batches, catalog, manifests, queues, worker
from tests.harness import template
from tests.harness.template import functions

RESOURCES = template.template()["Resources"]
PROVIDERS = list(catalog.providers())
NAMES = [*PROVIDERS, queues.BATCH]


def function(name: str) -> template.Function:
    return next(found for found in functions() if found.module == name)


def source(name: str) -> dict[str, Any]:
    """The event that takes from the function's queue."""
    events = function(name).properties["Events"].values()
    (found,) = (event["Properties"] for event in events if event["Type"] == "SQS")
    return dict(found)


def queue(name: str) -> dict[str, Any]:
    logical = source(name)["Queue"]["Fn::GetAtt"]
    found = RESOURCES[logical[0] if isinstance(logical, list) else logical.split(".")[0]]["Properties"]
    return dict(found)


@pytest.mark.parametrize("name", NAMES)
def test_a_message_stays_hidden_longer_than_its_function_runs(name: str) -> None:
    assert queue(name)["VisibilityTimeout"] > function(name).timeout
    assert queue(name)["MessageRetentionPeriod"] == batches.LASTS_DAYS * batches.DAY


@pytest.mark.parametrize("name", NAMES)
def test_one_message_is_one_invocation_and_failures_are_reported_one_by_one(name: str) -> None:
    assert source(name)["BatchSize"] == 1
    assert source(name)["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_providers_pace_is_a_parameter(provider: str) -> None:
    parameter = source(provider)["ScalingConfig"]["MaximumConcurrency"]["Ref"]
    assert parameter.lower() == f"{provider}concurrency"
    given = template.template()["Parameters"][parameter]
    assert (given["MinValue"], given["MaxValue"]) == (2, 1000)  # Lambda's own limits


@pytest.mark.parametrize("name", NAMES)
def test_what_cannot_be_worked_on_ends_in_a_queue_with_an_alarm(name: str) -> None:
    redrive = queue(name)["RedrivePolicy"]
    assert redrive["maxReceiveCount"] > worker.DEATHS + 1 > worker.FRESH_AFTER
    dead = str(redrive["deadLetterTargetArn"]["Fn::GetAtt"]).replace("['", "").split("'")[0].split(".")[0]
    assert RESOURCES[dead]["Properties"]["MessageRetentionPeriod"] == 1209600
    alarms = [each["Properties"] for each in RESOURCES.values() if each["Type"] == "AWS::CloudWatch::Alarm"]
    assert [alarm for alarm in alarms if dead in str(alarm["Dimensions"]) and alarm["Threshold"] == 0]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_provider_reads_its_own_tokens_only(provider: str) -> None:
    statements = function(provider).properties["Policies"][0]["Statement"]
    (allowed,) = (entry for entry in statements if entry["Action"] == "ssm:GetParameter")
    assert str(allowed["Resource"]).endswith(f"parameter/${{AWS::StackName}}/tokens/{provider}'}}")


def test_the_router_reads_access_keys_and_no_tokens() -> None:
    statements = function("router").properties["Policies"][0]["Statement"]
    (allowed,) = (entry for entry in statements if entry["Action"] == "ssm:GetParameter")
    assert str(allowed["Resource"]).endswith("parameter/${AWS::StackName}/access-keys'}")


def test_the_schedule_is_off_unless_given_and_tells_its_time() -> None:
    schedule = function("batch").properties["Events"]["Schedule"]
    assert schedule["Type"] == "ScheduleV2"
    assert schedule["Properties"]["State"] == {"Fn::If": ["HasSchedule", "ENABLED", "DISABLED"]}
    assert "<aws.scheduler.scheduled-time>" in str(schedule["Properties"]["Input"])
    parameters = template.template()["Parameters"]
    assert parameters["BatchSchedule"]["Default"] == parameters["BatchManifest"]["Default"] == ""


def test_the_bucket_tells_of_the_inbox_and_nothing_else() -> None:
    (told,) = template.properties("ImagesBucket")["NotificationConfiguration"]["QueueConfigurations"]
    assert told["Filter"]["S3Key"]["Rules"] == [{"Name": "prefix", "Value": manifests.INBOX}]
    assert not manifests.UPLOADS.startswith(manifests.INBOX)
