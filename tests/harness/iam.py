"""Emulated IAM: find a call's role, the permissions that it needs, and the policy statement that grants them.

The access key id in the signature identifies the role; `key_of` returns a function's id. The needed actions and
resources follow the Service Authorization Reference.
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from moto.iam.access_control import IAMPolicyStatement, PermissionResult

from tests.harness import template
from tests.harness.template import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from werkzeug.wrappers import Request

HERE = "us-east-1:123456789012"
WEBHOOKS = "easel-webhooks"
"""The name of the queue of webhooks in tests."""
TRANSACTIONS = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "Get": "GetItem"}
MACHINE = "machine"
"""The state machine's role. moto's interpreter signs its calls with the key `ak`."""
_KEY = re.compile(r"Credential=(?:role-(\w+)|(ak))/")


def key_of(module: str) -> str:
    """Return the access key id that a function's calls are signed with in tests."""
    return f"role-{module}"


@dataclass(frozen=True)
class Need:
    """A permission that a call needs, such as `s3:GetObject` on `arn:aws:s3:::easel-images/images/a.png`."""

    action: str
    resource: str
    items: frozenset[str] = frozenset()
    """Ids of the affected items (`dynamodb:LeadingKeys`)."""


@dataclass
class Role:
    """A function's permissions, and which of them were used.

    `used` has, for each statement's number, the needs that no other statement of the role grants.
    """

    statements: list[dict[str, Any]]
    denials: list[dict[str, Any]] = field(default_factory=list)
    used: dict[int, set[Need]] = field(default_factory=dict)
    denied: list[Need] = field(default_factory=list)

    def allows(self, need: Need) -> bool:
        granting = [number for number, each in enumerate(self.statements) if _grants(each, need)]
        if not granting or any(_denies(each, need) for each in self.denials):
            self.denied.append(need)
            return False
        if len(granting) == 1:
            self.used.setdefault(granting[0], set()).add(need)
        return True

    def unused(self) -> list[str]:
        """Return the actions and resources of statements that no call has needed."""
        result = []
        for number, statement in enumerate(self.statements):
            needs = self.used.get(number, set())
            for action in listed(statement["Action"]):
                if not any(need.action == action for need in needs):
                    result.append(f"{action} on {statement['Resource']}")
            for resource in listed(statement["Resource"]):
                if not any(_grants({**statement, "Resource": resource}, need) for need in needs):
                    result.append(f"{resource} for {statement['Action']}")
        return result


class Rights:
    """The roles of the template's functions and state machine, for one cloud's resources."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._arns = {
            "JobsTable": f"arn:aws:dynamodb:{HERE}:table/{environment['JOBS_TABLE']}",
            "ImagesBucket": f"arn:aws:s3:::{environment['IMAGES_BUCKET']}",
            "WebhookQueue": f"arn:aws:sqs:{HERE}:{WEBHOOKS}",
        }
        for function in template.functions():
            self._arns[function.logical_id] = f"arn:aws:lambda:{HERE}:function:{function.name}"
        machine = template.template()["Resources"]["BatchMachine"]["Properties"]
        keys_policy = template.template()["Resources"]["KeysPolicy"]["Properties"]
        denials = template.resolve(self._with_arns(keys_policy["PolicyDocument"]["Statement"]))
        roles = [role["Ref"] for role in keys_policy["Roles"]]
        self.roles = {
            function.module: Role(
                self._resolved(function.properties), denials if f"{function.logical_id}Role" in roles else []
            )
            for function in template.functions()
        }
        self.roles[MACHINE] = Role(self._resolved(machine))

    def refuses(self, request: Request, service: str) -> bool:
        """Return whether the role that signed the call lacks permission for it. Unsigned calls are never refused."""
        role = self.role(request)
        return role is not None and False in [role.allows(need) for need in needs(request, service)]

    def role(self, request: Request) -> Role | None:
        signed = request.headers.get("Authorization") or f"Credential={request.args.get('X-Amz-Credential', '')}"
        match = _KEY.search(signed)
        return self.roles[match[1] or MACHINE] if match else None

    def hides(self, request: Request) -> bool:
        """Return whether S3 returns 403 for a missing object, as it does to a role that may not list the bucket."""
        role = self.role(request)
        bucket = request.path.strip("/").split("/")[0]
        return role is not None and not role.allows(Need("s3:ListBucket", f"arn:aws:s3:::{bucket}"))

    def _resolved(self, properties: dict[str, Any]) -> list[dict[str, Any]]:
        statements: list[dict[str, Any]] = template.resolve(self._with_arns(template.statements(properties)))
        return [each for each in statements if each["Effect"] == "Allow"]

    def _with_arns(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._with_arns(each) for each in value]
        if not isinstance(value, dict):
            return value
        if set(value) == {"Fn::GetAtt"}:
            logical_id, _ = (
                value["Fn::GetAtt"].split(".") if isinstance(value["Fn::GetAtt"], str) else value["Fn::GetAtt"]
            )
            return self._arns[logical_id]
        if set(value) == {"Fn::Sub"}:
            return {"Fn::Sub": re.sub(r"\$\{(\w+)\.Arn\}", lambda match: self._arns[match[1]], value["Fn::Sub"])}
        return {name: self._with_arns(each) for name, each in value.items()}


def needs(request: Request, service: str) -> list[Need]:
    """Return the permissions that a call needs. Raise `NotImplementedError` for an unknown operation."""
    if service == "s3":
        return [_s3(request)]
    if service == "lambda":
        name = unquote(request.path.split("/")[3])
        return [Need("lambda:InvokeFunction", f"arn:aws:lambda:{HERE}:function:{name}")]
    operation = request.headers["X-Amz-Target"].split(".")[-1]
    return list(_of_json(service, operation, _body(request)))


def _grants(statement: dict[str, Any], need: Need) -> bool:
    return bool(
        IAMPolicyStatement(statement).is_action_permitted(need.action, need.resource) == PermissionResult.PERMITTED
    )


def _denies(statement: dict[str, Any], need: Need) -> bool:
    """Return whether a statement's condition on item ids denies the call. moto ignores conditions."""
    found = IAMPolicyStatement(statement).is_action_permitted(need.action, need.resource)
    patterns = statement["Condition"]["ForAnyValue:StringLike"]["dynamodb:LeadingKeys"]
    matching = any(fnmatchcase(item_id, pattern) for item_id in need.items for pattern in patterns)
    return found == PermissionResult.DENIED and matching


def _s3(request: Request) -> Need:
    bucket, _, key = request.path.strip("/").partition("/")
    if not key:
        return Need("s3:ListBucket", f"arn:aws:s3:::{bucket}")
    kind = "PutObject" if request.method in ("PUT", "POST") else "GetObject"
    if request.method == "DELETE":
        kind = "AbortMultipartUpload" if "uploadId" in request.args else "DeleteObject"
    return Need(f"s3:{kind}", f"arn:aws:s3:::{bucket}/{key}")


def _of_json(service: str, operation: str, body: dict[str, Any]) -> Iterator[Need]:
    if service == "dynamodb":
        yield from _dynamodb(operation, body)
    elif service == "ssm":
        for name in body.get("Names") or [body["Name"]]:
            yield Need(f"ssm:{operation}", f"arn:aws:ssm:{HERE}:parameter{name}")
    elif service == "states":
        machine = f"arn:aws:states:{HERE}:stateMachine:{template.STACK_NAME}-batch"  # whose task waits under a token
        yield Need(f"states:{operation}", body.get("executionArn") or body.get("stateMachineArn") or machine)
    elif service == "sqs":
        yield Need(
            f"sqs:{operation.removesuffix('Batch')}", f"arn:aws:sqs:{HERE}:{body['QueueUrl'].rpartition('/')[2]}"
        )
    elif service == "events":
        for entry in body["Entries"]:
            yield Need(f"events:{operation}", f"arn:aws:events:{HERE}:event-bus/{entry.get('EventBusName', 'default')}")
    else:
        raise NotImplementedError(f"{service}.{operation}")


def _dynamodb(operation: str, body: dict[str, Any]) -> Iterator[Need]:
    """A transaction needs the rights of the calls that it is made of."""
    table = f"arn:aws:dynamodb:{HERE}:table/"
    if "RequestItems" in body:
        yield from (Need(f"dynamodb:{operation}", table + name) for name in body["RequestItems"])
    elif "TransactItems" in body:
        for item in body["TransactItems"]:
            for kind, one in item.items():
                yield Need(f"dynamodb:{TRANSACTIONS[kind]}", table + one["TableName"], _items(one))
    else:
        index = f"/index/{body['IndexName']}" if "IndexName" in body else ""
        yield Need(f"dynamodb:{operation}", table + body["TableName"] + index, _items(body))


def _items(body: dict[str, Any]) -> frozenset[str]:
    """Return the id of the item that a call reads or writes; none for a query."""
    item = body.get("Item") or body.get("Key")
    return frozenset([item["id"]["S"]]) if item else frozenset()


def _body(request: Request) -> dict[str, Any]:
    data = request.get_data()
    request.environ["wsgi.input"] = io.BytesIO(data)  # moto reads the body again
    body: dict[str, Any] = json.loads(data)
    return body
