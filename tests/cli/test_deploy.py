"""`cli.deploy`: `make deploy` asks who may use the deployment, and leaves the rest to SAM."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import Any

import pytest

from cli import deploy
from local.errors import LocalError
from tests.harness.template import ROOT, template

MADE_BY_SAM = {
    "AWS::Serverless::Function": ["AWS::Lambda::Function", "AWS::IAM::Role", "AWS::Lambda::Permission"],
    "AWS::Serverless::HttpApi": ["AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Stage"],
    "AWS::Serverless::LayerVersion": ["AWS::Lambda::LayerVersion"],
    "AWS::Serverless::StateMachine": ["AWS::StepFunctions::StateMachine", "AWS::IAM::Role"],
}
EVENTS = {
    "EventBridgeRule": "AWS::Events::Rule",
    "Schedule": "AWS::Events::Rule",
    "ScheduleV2": "AWS::Scheduler::Schedule",
}
CREATING = {
    "AWS::ApiGatewayV2::Api": "apigateway:POST",
    "AWS::ApiGatewayV2::Stage": "apigateway:PUT",
    "AWS::Budgets::Budget": "budgets:ModifyBudget",
    "AWS::CloudWatch::Alarm": "cloudwatch:PutMetricAlarm",
    "AWS::CloudWatch::Dashboard": "cloudwatch:PutDashboard",
    "AWS::DynamoDB::Table": "dynamodb:CreateTable",
    "AWS::Events::Rule": "events:PutRule",
    "AWS::IAM::ManagedPolicy": "iam:CreatePolicy",
    "AWS::IAM::Role": "iam:CreateRole",
    "AWS::Lambda::Alias": "lambda:CreateAlias",
    "AWS::Lambda::EventInvokeConfig": "lambda:PutFunctionEventInvokeConfig",
    "AWS::Lambda::EventSourceMapping": "lambda:CreateEventSourceMapping",
    "AWS::Lambda::Function": "lambda:CreateFunction",
    "AWS::Lambda::LayerVersion": "lambda:PublishLayerVersion",
    "AWS::Lambda::Permission": "lambda:AddPermission",
    "AWS::Lambda::Url": "lambda:CreateFunctionUrlConfig",
    "AWS::Lambda::Version": "lambda:PublishVersion",
    "AWS::Logs::LogGroup": "logs:CreateLogGroup",
    "AWS::Logs::MetricFilter": "logs:PutMetricFilter",
    "AWS::S3::Bucket": "s3:CreateBucket",
    "AWS::S3::BucketPolicy": "s3:PutBucketPolicy",
    "AWS::SQS::Queue": "sqs:CreateQueue",
    "AWS::Scheduler::Schedule": "scheduler:CreateSchedule",
    "AWS::StepFunctions::StateMachine": "states:CreateStateMachine",
}
"""The action that makes a resource of each type, from AWS's Service Authorization Reference."""


def refuse(_question: str) -> str:
    raise AssertionError("nothing is to be asked")


def kinds() -> set[str]:
    """Return the types of all resources that CloudFormation creates for the template."""
    resources = template()["Resources"].values()
    events = {each["Type"] for one in resources for each in one.get("Properties", {}).get("Events", {}).values()}
    types = {kind for one in resources for kind in MADE_BY_SAM.get(one["Type"], [one["Type"]])}
    return types | {EVENTS[event] for event in events if event in EVENTS}


def allowed() -> list[str]:
    """Return the actions that the policy in docs/ allows."""
    policy: dict[str, Any] = json.loads((ROOT / "docs/deploy-policy.json").read_text("utf-8"))
    return [action for statement in policy["Statement"] for action in statement["Action"]]


def test_each_answer_sets_parameters_of_the_template() -> None:
    for answer, given in deploy.ANSWERS.items():
        assert deploy.parameters({}, lambda _question, answer=answer: f" {answer.upper()}\n") == given  # type: ignore[misc]
        assert given.keys() <= template()["Parameters"].keys()
        assert answer in deploy.QUESTION


def test_an_answer_in_the_environment_is_not_requested() -> None:
    given = deploy.parameters({"WHO": "tokens", "PARAMS": "AnonymousPictures=5 TimeZone=Europe/Berlin"}, refuse)
    assert given == {"Access": "tokens", "AnonymousPictures": "5", "TimeZone": "Europe/Berlin"}


def test_another_answer_is_refused_by_name() -> None:
    with pytest.raises(LocalError, match="WHO is 'friends'; it must be one of: keys, tokens, everybody"):
        deploy.parameters({}, lambda _: "friends")


def test_the_region_is_given_or_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    assert deploy.region({"REGION": "eu-central-1"}) == "eu-central-1"
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(LocalError, match="make deploy REGION="):
        deploy.region({})


def test_sam_gets_stack_region_and_quoted_parameters() -> None:
    build, command = deploy.commands("sam", {"STACK": "mine"}, {"ModelAliases": '{"a": "b"}'}, "eu-west-1")
    assert build == ["sam", "build"]
    assert command[:6] == ["sam", "deploy", "--stack-name", "mine", "--region", "eu-west-1"]
    assert command[-1] == r'ModelAliases="{\"a\": \"b\"}"'


def test_strangers_cannot_use_a_new_deployments_tokens() -> None:
    """Without a token or key, that is. The three calls bring a token."""
    defaults = {name: str(each["Default"]) for name, each in template()["Parameters"].items()}
    assert {name: defaults[name] for name in deploy.ANSWERS["tokens"]} == deploy.ANSWERS["tokens"]


def test_the_policy_may_create_every_resource_of_the_template() -> None:
    for kind in kinds():
        action = CREATING[kind]
        assert any(fnmatchcase(action, pattern) for pattern in allowed()), f"{kind}: {action}"


def test_the_policy_is_limited_to_parts_of_the_account() -> None:
    assert not {"*", "*:*", "iam:*"} & set(allowed())
