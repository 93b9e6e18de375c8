"""The template's batch resources: state machine, permissions, schedule, inbox and object lifetimes."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

import job_groups
from easel import catalog
from easel.batch import batches, object_keys, start
from tests.harness import template
from tests.harness.batches import DEFINITION
from tests.harness.template import functions

RESOURCES = template.template()["Resources"]
PARAMETERS = template.template()["Parameters"]
PROVIDERS = list(catalog.providers())
MACHINE = json.loads(DEFINITION.read_text("utf-8"))
LAMBDA_ERRORS = {
    "Lambda.TooManyRequestsException", "Lambda.ServiceException", "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
}  # fmt: skip


def function(name: str) -> template.Function:
    return next(each for each in functions() if each.module == name)


def states(machine: dict[str, Any] = MACHINE) -> dict[str, dict[str, Any]]:
    """Return every state by name, including the states inside maps."""
    by_name = {}
    for name, state in machine["States"].items():
        by_name[name] = state
        by_name |= states(state["ItemProcessor"]) if "ItemProcessor" in state else {}
    return by_name


def test_the_definition_gets_all_its_substitutions() -> None:
    machine = RESOURCES["BatchMachine"]["Properties"]
    assert template.ROOT / machine["DefinitionUri"] == DEFINITION
    placeholders = set(re.findall(r"\$\{(.*?)\}", DEFINITION.read_text("utf-8")))
    assert placeholders == set(machine["DefinitionSubstitutions"])


def test_every_state_leads_to_another_or_ends() -> None:
    for name, state in states().items():
        nexts = [state.get("Next"), state.get("Default"), *(rule["Next"] for rule in state.get("Choices", []))]
        nexts += [catch["Next"] for catch in state.get("Catch", [])]
        assert any(nexts) or state.get("End") or state["Type"] in ("Succeed", "Fail"), name
        assert {each for each in nexts if each} <= set(states())


def test_every_task_is_retried_after_errors_of_lambda_itself() -> None:
    """Lambda may throttle an invocation or fail internally. Neither must fail a batch."""
    for name, state in states().items():
        if state["Type"] == "Task":
            retried = {error for retry in state["Retry"] for error in retry["ErrorEquals"]}
            assert retried >= LAMBDA_ERRORS or "States.ALL" in retried, name
    planning = [error for retry in MACHINE["States"]["Plan"]["Retry"] for error in retry["ErrorEquals"]]
    assert "States.ALL" not in planning  # the same manifest would fail again


def test_time_limits_exceed_those_of_inner_steps() -> None:
    assert "Type" not in RESOURCES["BatchMachine"]["Properties"]  # STANDARD, since EXPRESS ends after 5 minutes
    assert MACHINE["TimeoutSeconds"] > batches.MAX_DAYS * batches.DAY
    assert all(function(provider).timeout < 300 for provider in PROVIDERS)  # EXPRESS ends a child after 5 minutes
    kept = template.template()["Mappings"]["KeptForBatches"]
    assert {int(days) for days in kept} == set(PARAMETERS["RetentionDays"]["AllowedValues"])
    assert all(row["Days"] == int(days) + batches.MAX_DAYS + 1 for days, row in kept.items())


def test_map_children_are_express_and_may_fail() -> None:
    pictures = states()["Pictures"]
    assert pictures["ItemProcessor"]["ProcessorConfig"] == {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}
    assert pictures["MaxConcurrencyPath"] == "$.concurrency"
    assert pictures["ToleratedFailureCount"] > 0
    assert pictures["Catch"][0] == {"ErrorEquals": ["States.ALL"], "ResultPath": None, "Next": "Round"}
    # A distributed map's results may not exceed 256 KB unless they are written to a bucket.
    assert pictures["ResultWriter"]["Resource"] == "arn:aws:states:::s3:putObject"
    assert pictures["ResultPath"] is None


def test_a_child_runs_several_jobs_in_parallel() -> None:
    child = states()["Pictures"]["ItemProcessor"]["States"]
    assert child["Jobs"]["MaxConcurrencyPath"] == "$.group"
    assert job_groups.MAX_CONCURRENT_JOBS <= 40  # for an inline map


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_providers_pace_is_from_the_catalog_or_a_parameter(provider: str) -> None:
    assert catalog.provider(provider).concurrency >= 1  # 0 would mean unlimited
    environment = function("batch").properties["Environment"]["Variables"]
    if setting := environment.get(f"{provider.upper()}_CONCURRENCY"):
        assert setting["Ref"].lower() == f"{provider}concurrency"
        assert PARAMETERS[setting["Ref"]]["MinValue"] >= 1
        assert PARAMETERS[setting["Ref"]]["Default"] == catalog.provider(provider).concurrency


def statements(logical_id: str) -> list[dict[str, Any]]:
    return template.statements(RESOURCES[logical_id]["Properties"])


def test_the_machine_has_only_distributed_map_permissions() -> None:
    assert set(template.actions(statements("BatchMachine"))) == {
        "lambda:InvokeFunction", "states:StartExecution", "states:DescribeExecution", "states:StopExecution",
        "s3:GetObject", "s3:PutObject", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload",
    }  # fmt: skip
    assert all(entry["Resource"] != "*" for entry in statements("BatchMachine"))
    invoked = [entry["Resource"] for entry in statements("BatchMachine") if entry["Action"] == "lambda:InvokeFunction"]
    assert all(f"{name}function" in str(invoked).lower() for name in [*PROVIDERS, "batch"])


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_provider_function_reads_only_its_own_tokens(provider: str) -> None:
    entries = statements(function(provider).logical_id)
    (allowed,) = (entry for entry in entries if entry["Action"] == "ssm:GetParameter")
    assert str(allowed["Resource"]).endswith(f"parameter/${{AWS::StackName}}/tokens/{provider}'}}")


def rules() -> dict[str, Any]:
    """Return the days after which objects expire, by prefix."""
    bucket = RESOURCES["ImagesBucket"]["Properties"]
    return {rule["Prefix"]: rule.get("ExpirationInDays") for rule in bucket["LifecycleConfiguration"]["Rules"]}


def test_events_start_and_close_batches() -> None:
    events = {name: each["Properties"] for name, each in function("batch").properties["Events"].items()}
    stopped, inbox, schedule = (events[name] for name in ("Stopped", "Inbox", "Schedule"))
    assert stopped["Pattern"]["source"] == ["aws.states"]
    assert set(stopped["Pattern"]["detail"]["status"]) == {"FAILED", "TIMED_OUT", "ABORTED"}
    assert "stateMachine:${AWS::StackName}-batch" in str(stopped["Pattern"]["detail"]["stateMachineArn"])
    assert inbox["Pattern"]["detail"]["object"]["key"] == [{"prefix": start.INBOX}]
    assert not object_keys.UPLOADS.startswith(start.INBOX)
    assert template.properties("ImagesBucket")["NotificationConfiguration"]["EventBridgeConfiguration"]
    assert "AWS::StackName" in str(schedule["Name"])  # SAM's default name is the same in every stack
    assert schedule["State"] == {"Fn::If": ["HasSchedule", "ENABLED", "DISABLED"]}
    assert "<aws.scheduler.scheduled-time>" in str(schedule["Input"])
    assert PARAMETERS["BatchSchedule"]["Default"] == PARAMETERS["BatchManifest"]["Default"] == ""


def test_manifests_are_kept_longer_than_a_batchs_objects() -> None:
    for key in (f"{start.MANIFESTS}nightly.csv", f"{start.INBOX}tonight.csv"):
        assert not [prefix for prefix, days in rules().items() if days and key.startswith(prefix)], key
    batch = batches.new("s3://b/k", "e", 1, endpoint="", scheduled=None)
    for key in (batch.key("results.jsonl"), f"images/{batch.job_id(0)}.png", f"{object_keys.UPLOADS}x/requests.jsonl"):
        (days,) = (days for prefix, days in rules().items() if days and key.startswith(prefix))
        assert days == {"Fn::FindInMap": ["KeptForBatches", {"Ref": "RetentionDays"}, "Days"]}, key


def test_batches_use_no_queue() -> None:
    """The state machine holds the work. The template's queues are for webhooks."""
    queues = {name for name, each in RESOURCES.items() if each["Type"] == "AWS::SQS::Queue"}
    assert queues == {"WebhookQueue", "FailedWebhooks"}
    users = {each.module for each in functions() if any(action.startswith("sqs:") for action in each.actions)}
    assert users == {"webhooks"}
