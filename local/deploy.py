"""`sam deploy`, the same command as for an AWS account, onto MiniStack."""

import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import boto3

from local import http_api
from local.aws import CREDENTIALS, REGION
from local.processes import Processes, environment
from local.tools import Tools

STACK = "easel"
ARTIFACTS = "easel-artifacts"  # the bucket that `sam deploy` uploads to


@dataclass(frozen=True)
class Deployed:
    """A deployed stack: its outputs, its API's id, the physical ids of its functions by logical id."""

    api_id: str
    outputs: Mapping[str, str]
    functions: Mapping[str, str] = field(default_factory=dict)

    @property
    def function_url_id(self) -> str:
        """The id of the function URL: the first label of its host, or "" for a stack without one."""
        return (urlsplit(self.outputs.get("FunctionUrl", "")).hostname or "").partition(".")[0]


def deploy(
    processes: Processes, tools: Tools, aws_url: str, parameters: Mapping[str, str], stack: str = STACK
) -> Deployed:
    """Deploy `.aws-sam/build` with `parameters` and make its HTTP API answer."""
    client("s3", aws_url).create_bucket(Bucket=ARTIFACTS)
    command, env = sam_deploy(tools, aws_url, {"Architecture": architecture(), **parameters})
    processes.run("sam deploy", [*command, "--stack-name", stack], env)
    return _finish(aws_url, stack)


def sam_deploy(tools: Tools, aws_url: str, parameters: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
    """README's command, for MiniStack, and its environment; `samconfig.toml` answers the rest of SAM's questions."""
    where = ["--s3-bucket", ARTIFACTS, "--no-resolve-s3", "--no-progressbar"]
    command = [str(tools.sam), "deploy", *where, "--parameter-overrides", *overrides(parameters)]
    # SAM's pause between two looks at the stack is 5 s, which is meant for AWS.
    quick = {"SAM_CLI_TELEMETRY": "0", "SAM_CLI_POLL_DELAY": "0.2"}
    return command, environment(**CREDENTIALS, PATH=tools.path, AWS_ENDPOINT_URL=aws_url, **quick)


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
    """The API's body with each `Fn::If` of its CORS settings replaced by what the stack's parameters choose."""
    from ministack.services.cloudformation import engine  # type: ignore[import-untyped]

    values = {each["ParameterKey"]: {"Value": each["ParameterValue"]} for each in stack.get("Parameters", [])}
    conditions = engine._evaluate_conditions(template, values)
    settings = engine._resolve_refs(body[http_api.CORS], {}, values, conditions, {}, stack["StackName"], "")
    return {**body, http_api.CORS: settings}


def _arn(aws_url: str, function: str) -> str:
    configuration = client("lambda", aws_url).get_function_configuration(FunctionName=function)
    return str(configuration["FunctionArn"])


def client(service: str, aws_url: str) -> Any:
    """A boto3 client of MiniStack's."""
    return boto3.client(
        service,
        endpoint_url=aws_url,
        region_name=REGION,  # type: ignore[call-overload]
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
    )


def overrides(parameters: Mapping[str, str]) -> list[str]:
    """Parameters as `--parameter-overrides` takes them; values may hold quotes (JSON)."""
    quoted = {name: value.replace("\\", "\\\\").replace('"', '\\"') for name, value in parameters.items()}
    return [f'{name}="{value}"' for name, value in quoted.items()]


def architecture() -> str:
    return "arm64" if platform.machine() in ("arm64", "aarch64") else "x86_64"
