"""The template's batch part: a state machine that ends well, alarms, a schedule of its own, manifests that last."""

from __future__ import annotations

import json
from typing import Any

import pytest

from easel import catalog
from easel.batch import batches, start
from tests.harness import template
from tests.harness.batches import DEFINITION
from tests.harness.template import functions

RESOURCES = template.template()["Resources"]
PARAMETERS = template.template()["Parameters"]
PROVIDERS = list(catalog.providers())
MACHINE = json.loads(DEFINITION.read_text("utf-8"))
LAMBDAS_OWN = {
    "Lambda.TooManyRequestsException", "Lambda.ServiceException", "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
}  # fmt: skip


def function(name: str) -> template.Function:
    return next(found for found in functions() if found.module == name)


def states(machine: dict[str, Any] = MACHINE) -> dict[str, dict[str, Any]]:
    """Every state by name, those of the maps included."""
    found = {}
    for name, state in machine["States"].items():
        found[name] = state
        found |= states(state["ItemProcessor"]) if "ItemProcessor" in state else {}
    return found


def test_the_definition_is_where_the_template_says_and_all_it_asks_for_is_substituted() -> None:
    machine = RESOURCES["BatchMachine"]["Properties"]
    assert template.ROOT / machine["DefinitionUri"] == DEFINITION
    for name in machine["DefinitionSubstitutions"]:
        assert f"${{{name}}}" in DEFINITION.read_text("utf-8")
    assert DEFINITION.read_text("utf-8").count("${") == sum(
        DEFINITION.read_text("utf-8").count(f"${{{name}}}") for name in machine["DefinitionSubstitutions"]
    )
    assert "Type" not in machine  # Standard: it may run for days


def test_every_state_leads_to_another_or_ends_and_is_reached() -> None:
    for name, state in states().items():
        nexts = [state.get("Next"), state.get("Default"), *(rule["Next"] for rule in state.get("Choices", []))]
        nexts += [catch["Next"] for catch in state.get("Catch", [])]
        assert any(nexts) or state.get("End") or state["Type"] in ("Succeed", "Fail"), name
        assert {each for each in nexts if each} <= set(states())


def test_every_call_of_a_function_is_tried_again_after_lambdas_own_troubles() -> None:
    """An invocation is throttled, or fails in Lambda itself, now and then: that is no fault of the batch's."""
    for name, state in states().items():
        if state["Type"] == "Task":
            retried = {error for retry in state["Retry"] for error in retry["ErrorEquals"]}
            assert retried >= LAMBDAS_OWN or "States.ALL" in retried, name


def test_what_the_function_raises_while_it_plans_ends_the_execution_at_once() -> None:
    assert all("States.ALL" not in retry["ErrorEquals"] for retry in MACHINE["States"]["Plan"]["Retry"])


def test_the_maps_children_are_cheap_ones_and_a_fault_of_one_loses_nothing() -> None:
    pictures = states()["Pictures"]
    assert pictures["ItemProcessor"]["ProcessorConfig"] == {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}
    assert pictures["MaxConcurrencyPath"] == "$.concurrency"
    assert pictures["ToleratedFailureCount"] > 0
    assert pictures["Catch"][0] == {"ErrorEquals": ["States.ALL"], "ResultPath": None, "Next": "Round"}
    # A distributed map's results may not exceed 256 KB unless they are written to a bucket.
    assert pictures["ResultWriter"]["Resource"] == "arn:aws:states:::s3:putObject"
    assert pictures["ResultPath"] is None


def test_the_machine_outlasts_the_longest_batch() -> None:
    assert MACHINE["TimeoutSeconds"] > batches.LASTS_DAYS * batches.DAY


def test_children_end_their_functions_time_before_express_ends_them() -> None:
    for provider in PROVIDERS:
        assert function(provider).timeout < 300


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_providers_pace_is_the_catalogs_or_a_parameters(provider: str) -> None:
    assert catalog.provider(provider).concurrency >= 1  # 0 would mean without limit
    environment = function("batch").properties["Environment"]["Variables"]
    if setting := environment.get(f"{provider.upper()}_CONCURRENCY"):
        assert setting["Ref"].lower() == f"{provider}concurrency"
        assert PARAMETERS[setting["Ref"]]["MinValue"] >= 1
        assert PARAMETERS[setting["Ref"]]["Default"] == catalog.provider(provider).concurrency


def statements(logical_id: str) -> list[dict[str, Any]]:
    return template.statements(RESOURCES[logical_id]["Properties"])


def test_the_machine_may_do_what_a_distributed_map_needs_and_no_more() -> None:
    assert set(template.actions(statements("BatchMachine"))) == {
        "lambda:InvokeFunction", "states:StartExecution", "states:DescribeExecution", "states:StopExecution",
        "s3:GetObject", "s3:PutObject", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload",
    }  # fmt: skip
    assert all(entry["Resource"] != "*" for entry in statements("BatchMachine"))
    invoked = [entry["Resource"] for entry in statements("BatchMachine") if entry["Action"] == "lambda:InvokeFunction"]
    assert all(f"{name}function" in str(invoked).lower() for name in [*PROVIDERS, "batch"])


def test_an_execution_that_ends_early_is_told_to_the_batch_function() -> None:
    pattern = function("batch").properties["Events"]["Stopped"]["Properties"]["Pattern"]
    assert pattern["source"] == ["aws.states"]
    assert set(pattern["detail"]["status"]) == {"FAILED", "TIMED_OUT", "ABORTED"}
    assert "stateMachine:${AWS::StackName}-batch" in str(pattern["detail"]["stateMachineArn"])


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_provider_reads_its_own_tokens_only(provider: str) -> None:
    found = statements(function(provider).logical_id)
    (allowed,) = (entry for entry in found if entry["Action"] == "ssm:GetParameter")
    assert str(allowed["Resource"]).endswith(f"parameter/${{AWS::StackName}}/tokens/{provider}'}}")


def test_the_router_reads_no_tokens() -> None:
    assert not [entry for entry in statements("RouterFunction") if "ssm:GetParameter" in entry["Action"]]


def test_the_schedule_is_the_stacks_own_off_unless_given_and_tells_its_time() -> None:
    schedule = function("batch").properties["Events"]["Schedule"]
    assert schedule["Type"] == "ScheduleV2"
    assert "AWS::StackName" in str(schedule["Properties"]["Name"])  # SAM names all stacks' alike without
    assert schedule["Properties"]["State"] == {"Fn::If": ["HasSchedule", "ENABLED", "DISABLED"]}
    assert "<aws.scheduler.scheduled-time>" in str(schedule["Properties"]["Input"])
    assert PARAMETERS["BatchSchedule"]["Default"] == PARAMETERS["BatchManifest"]["Default"] == ""


def test_the_inbox_starts_batches_and_nothing_else_does() -> None:
    pattern = function("batch").properties["Events"]["Inbox"]["Properties"]["Pattern"]
    assert pattern["detail"]["object"]["key"] == [{"prefix": start.INBOX}]
    assert not batches.UPLOADS.startswith(start.INBOX)
    assert template.properties("ImagesBucket")["NotificationConfiguration"]["EventBridgeConfiguration"]


def rules() -> dict[str, Any]:
    found = RESOURCES["ImagesBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    return {rule["Prefix"]: rule.get("ExpirationInDays") for rule in found}


def test_manifests_last_and_what_belongs_to_a_batch_outlives_it() -> None:
    for key in (f"{start.MANIFESTS}nightly.csv", f"{start.INBOX}tonight.csv"):
        assert not [prefix for prefix, days in rules().items() if days and key.startswith(prefix)], key
    batch = batches.new("s3://b/k", "e", 1, endpoint="", scheduled=None)
    for key in (batch.key("results.jsonl"), f"images/{batch.job_id(0)}.png", f"{batches.UPLOADS}x/requests.jsonl"):
        (days,) = (days for prefix, days in rules().items() if days and key.startswith(prefix))
        assert days == {"Fn::FindInMap": ["KeptForBatches", {"Ref": "RetentionDays"}, "Days"]}, key


def test_every_retention_that_may_be_chosen_has_its_longer_one_for_batches() -> None:
    kept = template.template()["Mappings"]["KeptForBatches"]
    assert {int(days) for days in kept} == set(PARAMETERS["RetentionDays"]["AllowedValues"])
    for days, row in kept.items():
        assert row["Days"] == int(days) + batches.LASTS_DAYS + 1


def test_no_queue_is_left() -> None:
    assert not [name for name, each in RESOURCES.items() if "SQS" in each["Type"]]
