"""`local.deploy`: the requests to CloudFormation, and its answers. `tests/integration/test_local_stack.py` deploys."""

from types import SimpleNamespace
from typing import Any

from local.deploy import _ended, _reasons, architecture
from tests.harness.template import template


def test_a_deployment_is_awaited_to_its_end() -> None:
    states = iter(["REVIEW_IN_PROGRESS", "CREATE_PENDING", "CREATE_IN_PROGRESS", "ROLLBACK_COMPLETE", "never asked"])
    assert _ended(lambda: next(states)) == "ROLLBACK_COMPLETE"


def test_the_reasons_of_a_failure_are_in_order() -> None:
    events: list[dict[str, Any]] = [
        {"LogicalResourceId": "Second", "ResourceStatus": "CREATE_FAILED"},
        {"LogicalResourceId": "First", "ResourceStatus": "CREATE_FAILED", "ResourceStatusReason": "no such role"},
        {"LogicalResourceId": "Fine", "ResourceStatus": "CREATE_COMPLETE"},
    ]
    cloudformation = SimpleNamespace(describe_stack_events=lambda StackName: {"StackEvents": events})
    assert _reasons(cloudformation, "easel") == ["First: no such role", "Second: no reason"]


def test_the_template_accepts_this_machines_architecture() -> None:
    assert architecture() in template()["Parameters"]["Architecture"]["AllowedValues"]
