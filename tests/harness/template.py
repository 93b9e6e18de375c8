"""`template.yaml` as data, with its parameters' defaults. The tests use the template itself, not a copy."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from samtranslator.yaml_helper import yaml_parse  # type: ignore[import-untyped]

ROOT = Path(__file__).parents[2]
STACK_NAME = "easel"


@dataclass(frozen=True)
class Function:
    """A function of the template. `routes` has `(method, path)`, and `("$default", "")` for all other paths."""

    logical_id: str
    name: str
    module: str
    timeout: float
    folder: Path
    environment: dict[str, Any]
    actions: frozenset[str]
    properties: dict[str, Any] = field(repr=False)
    routes: tuple[tuple[str, str], ...] = ()


@cache
def template() -> dict[str, Any]:
    """Return the parsed template, with intrinsic functions in their long form."""
    parsed: dict[str, Any] = yaml_parse((ROOT / "template.yaml").read_text("utf-8"))
    return parsed


@cache
def functions() -> tuple[Function, ...]:
    resources = template()["Resources"]
    return tuple(
        _function(logical_id, resource["Properties"])
        for logical_id, resource in resources.items()
        if resource["Type"] == "AWS::Serverless::Function"
    )


def properties(logical_id: str) -> dict[str, Any]:
    """Return a resource's properties with references resolved, as CloudFormation passes them to the service."""
    resolved: dict[str, Any] = resolve(template()["Resources"][logical_id]["Properties"])
    return resolved


def resolve(value: Any) -> Any:
    """Resolve intrinsic functions with the parameters' defaults. A resource becomes its logical id in lower case."""
    if isinstance(value, list):
        return [resolve(item) for item in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"Ref"}:
        return _ref(value["Ref"])
    if set(value) == {"Fn::If"}:
        condition, met, unmet = value["Fn::If"]
        return resolve(met if _holds(template()["Conditions"][condition]) else unmet)
    if set(value) == {"Fn::Join"}:
        separator, parts = value["Fn::Join"]
        joined = resolve(parts)
        return joined if isinstance(joined, str) else separator.join(map(str, joined))
    if set(value) == {"Fn::Select"}:
        place, items = value["Fn::Select"]
        return str(resolve(items)).split(",")[place]  # of a list parameter
    if set(value) == {"Fn::Sub"}:
        return re.sub(r"\$\{([^}]+)\}", lambda match: str(_ref(match[1])), str(value["Fn::Sub"]))
    return {name: resolve(item) for name, item in value.items()}


def _holds(condition: dict[str, Any]) -> bool:
    ((kind, operands),) = condition.items()
    if kind == "Fn::Equals":
        one, other = (str(resolve(operand)) for operand in operands)
        return one == other
    results = [_holds(operand) for operand in operands]
    return {"Fn::Not": not results[0], "Fn::And": all(results), "Fn::Or": any(results)}[kind]


def _ref(name: str) -> Any:
    pseudo = {
        "AWS::StackName": STACK_NAME,
        "AWS::Region": "us-east-1",
        "AWS::Partition": "aws",
        "AWS::AccountId": "123456789012",
        "AWS::URLSuffix": "amazonaws.com",
        "AWS::NoValue": None,
    }
    parameters = template()["Parameters"]
    if name in pseudo:
        return pseudo[name]
    if name in parameters:
        return parameters[name]["Default"]
    own = template()["Resources"].get(name, {}).get("Properties", {})
    return resolve(own["FunctionName"]) if "FunctionName" in own else f"{STACK_NAME}-{name.lower()}"


def _function(logical_id: str, own: dict[str, Any]) -> Function:
    shared = template()["Globals"]["Function"]
    variables = {
        **shared["Environment"]["Variables"],
        **own.get("Environment", {}).get("Variables", {}),
    }
    events = [event["Properties"] for event in own.get("Events", {}).values() if event["Type"] == "HttpApi"]
    return Function(
        logical_id=logical_id,
        name=resolve(own["FunctionName"]),
        module=own["Handler"].split(".")[0],
        timeout=own["Timeout"],
        folder=ROOT / own["CodeUri"],
        environment={name: value for name, value in resolve(variables).items() if value is not None},
        actions=frozenset(actions(statements(own))),
        properties=own,
        routes=tuple((event.get("Method", "$default").upper(), event.get("Path", "")) for event in events),
    )


def statements(own: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the policy statements of a function's or state machine's role, inline and managed."""
    entries: list[dict[str, Any]] = []
    for policy in own.get("Policies", []):
        if "Ref" in policy:
            policy = template()["Resources"][policy["Ref"]]["Properties"]["PolicyDocument"]
        entries += policy.get("Statement", [])
    return entries


def actions(entries: list[dict[str, Any]]) -> list[str]:
    """Return the actions of statements."""
    return [name for entry in entries for name in listed(entry["Action"])]


def listed(value: Any) -> list[Any]:
    """Return a policy's value as a list. A policy may write one value without a list."""
    return value if isinstance(value, list) else [value]
