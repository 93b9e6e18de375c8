"""Deploy the built template to MiniStack through CloudFormation."""

import json
import platform
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import boto3

from local import build, http_api
from local.aws import CREDENTIALS, REGION
from local.errors import LocalError
from local.package import package, upload

STACK = "easel"
ARTIFACTS = "easel-artifacts"  # the bucket that archives are uploaded to


@dataclass(frozen=True)
class Deployed:
    """A deployed stack: its outputs, its API's id, and its functions' physical ids by logical id."""

    api_id: str
    outputs: Mapping[str, str]
    functions: Mapping[str, str] = field(default_factory=dict)

    @property
    def function_url_id(self) -> str:
        """Id of the function URL, the first label of its host; "" for a stack without one."""
        return (urlsplit(self.outputs.get("FunctionUrl", "")).hostname or "").partition(".")[0]


def deploy(aws_url: str, parameters: Mapping[str, str], stack: str = STACK) -> Deployed:
    """Deploy the built template with `parameters`, and set up its HTTP API."""
    s3, cloudformation = client("s3", aws_url), client("cloudformation", aws_url)
    s3.create_bucket(Bucket=ARTIFACTS)
    packaged = package(json.loads((build.ARTIFACTS / "template.json").read_text()), s3, ARTIFACTS)
    bucket, key = upload(json.dumps(packaged).encode(), s3, ARTIFACTS).removeprefix("s3://").split("/")
    values = {"Architecture": architecture(), **parameters}
    change = cloudformation.create_change_set(
        StackName=stack,
        ChangeSetName="first",
        ChangeSetType="CREATE",
        TemplateURL=f"{aws_url}/{bucket}/{key}",
        Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in values.items()],
        Capabilities=["CAPABILITY_IAM"],
    )
    ready = _ended(lambda: cloudformation.describe_change_set(ChangeSetName=change["Id"])["Status"])
    if ready != "CREATE_COMPLETE":
        why = cloudformation.describe_change_set(ChangeSetName=change["Id"]).get("StatusReason", "")
        raise LocalError(f"The template could not be deployed: {why}")
    cloudformation.execute_change_set(ChangeSetName=change["Id"])
    status = _ended(lambda: cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"])
    if status != "CREATE_COMPLETE":
        raise LocalError(f"The template could not be deployed ({status}).", _reasons(cloudformation, stack))
    return _finish(aws_url, stack)


def _ended(status: Callable[[], str]) -> str:
    """Wait for CloudFormation, and return the final status."""
    while (now := status()).endswith(("_PENDING", "_IN_PROGRESS")):
        time.sleep(0.05)
    return now


def _reasons(cloudformation: Any, stack: str) -> list[str]:
    """Return the reasons of failed resources, in order of time."""
    events = reversed(cloudformation.describe_stack_events(StackName=stack)["StackEvents"])
    return [
        f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', 'no reason')}"
        for event in events
        if event["ResourceStatus"].endswith("_FAILED")
    ]


def _finish(aws_url: str, stack: str) -> Deployed:
    cloudformation = client("cloudformation", aws_url)
    resources = cloudformation.describe_stack_resources(StackName=stack)["StackResources"]
    ids = {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in resources}
    functions = {
        each["LogicalResourceId"]: each["PhysicalResourceId"]
        for each in resources
        if each["ResourceType"] == "AWS::Lambda::Function"
    }
    template = cloudformation.get_template(StackName=stack, TemplateStage="Processed")["TemplateBody"]
    (description,) = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    (api,) = (name for name, each in template["Resources"].items() if each["Type"] == "AWS::ApiGatewayV2::Api")
    body = _chosen(template["Resources"][api]["Properties"]["Body"], template, description)
    arns = {logical: _arn(aws_url, name) for logical, name in functions.items()}
    http_api.import_body(client("apigatewayv2", aws_url), ids[api], body, arns)
    outputs = {each["OutputKey"]: each["OutputValue"] for each in description.get("Outputs", [])}
    return Deployed(ids[api], outputs, functions)


def _chosen(body: Any, template: Mapping[str, Any], stack: Mapping[str, Any]) -> Any:
    """Return the API's body with each `Fn::If` in its CORS settings resolved by the stack's parameters."""
    from ministack.services.cloudformation import engine  # type: ignore[import-untyped]

    values = {each["ParameterKey"]: {"Value": each["ParameterValue"]} for each in stack.get("Parameters", [])}
    conditions = engine._evaluate_conditions(template, values)
    settings = engine._resolve_refs(body[http_api.CORS], {}, values, conditions, {}, stack["StackName"], "")
    return {**body, http_api.CORS: settings}


def _arn(aws_url: str, function: str) -> str:
    configuration = client("lambda", aws_url).get_function_configuration(FunctionName=function)
    return str(configuration["FunctionArn"])


def client(service: str, aws_url: str) -> Any:
    """Return a boto3 client for MiniStack."""
    return boto3.client(
        service,
        endpoint_url=aws_url,
        region_name=REGION,  # type: ignore[call-overload]
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
    )


def architecture() -> str:
    return "arm64" if platform.machine() in ("arm64", "aarch64") else "x86_64"
