"""`template.yaml`: its form, and its agreement with the code in names, permissions, settings and times."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

import ended_items
import webhook_sender
import webhooks
from easel import catalog
from easel.common import aws
from easel.front_door import http_messages
from easel.settings import Settings
from easel.store import jobs
from easel.store import webhooks as stored_webhooks
from easel.store.payer import Payer
from easel.store.records import GenerationRequest
from tests.harness import template
from tests.harness.iam import Need, Rights
from tests.harness.template import ROOT, functions, properties

TEXT = (ROOT / "template.yaml").read_text("utf-8")
LINE_LENGTH = 120
PROVIDERS = list(catalog.providers())
ADAPTERS = "".join((ROOT / f"functions/{provider}/{provider}.py").read_text("utf-8") for provider in PROVIDERS)


RESOURCES = template.template()["Resources"]
PARAMETERS = template.template()["Parameters"]
each_provider = pytest.mark.parametrize("provider", PROVIDERS)


def function(name: str) -> template.Function:
    return next(each for each in functions() if each.module == name)


def statements(of: template.Function) -> list[dict[str, Any]]:
    return template.statements(of.properties)


def test_the_template_and_its_lines_stay_short() -> None:
    lines, further = TEXT.splitlines(), len(PROVIDERS) - 3
    assert len(lines) <= 1732 + 90 * further
    assert not [number for number, line in enumerate(lines, 1) if len(line) > LINE_LENGTH]


def test_each_property_is_on_its_own_line() -> None:
    """A mapping in braces has at most one key, like the rows under `Mappings`."""
    collections: list[list[yaml.Event]] = []  # the children of each open mapping and sequence
    for event in yaml.parse(TEXT):
        if isinstance(event, yaml.CollectionStartEvent | yaml.ScalarEvent | yaml.AliasEvent) and collections:
            collections[-1].append(event)
        if isinstance(event, yaml.CollectionStartEvent):
            collections.append([event])
        if isinstance(event, yaml.CollectionEndEvent):
            start, *children = collections.pop()
            in_braces = isinstance(start, yaml.MappingStartEvent) and start.flow_style
            assert not in_braces or len(children) <= 2, f"line {start.start_mark.line + 1}"


def descriptions() -> list[str]:
    """Return every description that a person reads."""
    texts = [each["Description"] for each in (*PARAMETERS.values(), *template.template()["Outputs"].values())]
    for resource in RESOURCES.values():
        texts += [resource["Properties"].get(field) for field in ("Description", "AlarmDescription")]
    plain = [text.get("Fn::Sub") if isinstance(text, dict) else text for text in texts]
    return [text.removesuffix(" ${SnapStart}") for text in plain if text]


def test_each_description_is_a_distinct_sentence() -> None:
    texts = descriptions()
    for text in texts:
        assert re.fullmatch(r"[A-Z0-9].*\.", text)
        assert len(text.split()) >= 4, text
        assert "likewise" not in text.lower()
        assert texts.count(text) == 1


@each_provider
def test_a_provider_has_one_name_everywhere(provider: str) -> None:
    deployed = function(provider)
    assert deployed.folder == ROOT / "functions" / provider
    assert (deployed.folder / f"{provider}.py").is_file()
    assert deployed.properties["Handler"] == f"{provider}.handler"
    assert deployed.logical_id.lower() == f"{provider}function"
    assert deployed.name == f"easel-{provider}"
    assert ("POST", f"/api/providers/{provider}/generate") in deployed.routes


def resources_of(provider: str) -> dict[str, Any]:
    """Return a provider's resources with neutral names, without the properties that only its function has."""
    stem = function(provider).logical_id.removesuffix("Function")
    resources = {name: each for name, each in RESOURCES.items() if name.startswith(stem)}
    text = json.dumps(resources).replace(stem, "Any").replace(provider, "any")
    neutral: dict[str, Any] = json.loads(text)
    events = neutral["AnyFunction"]["Properties"]["Events"]
    neutral["AnyFunction"]["Properties"] |= {"Events": {"Generate": events["Generate"]}}
    for name in ("Description", "MemorySize", "Environment", "ReservedConcurrentExecutions"):
        neutral["AnyFunction"]["Properties"].pop(name, None)
    policies = neutral["AnyFunction"]["Properties"]["Policies"]
    if any(model.edits for model in catalog.provider(provider).models):
        policies.remove({"Ref": "SourceImagesPolicy"})
    return neutral


@each_provider
def test_the_resources_of_all_providers_are_alike(provider: str) -> None:
    assert set(resources_of(provider)) == {
        "AnyFunction", "AnyFunctionEventInvokeConfig", "AnyVersion", "AnyLive", "AnyLiveEvents",
    }  # fmt: skip
    assert resources_of(provider) == resources_of(PROVIDERS[0])


def test_every_folder_is_deployed_with_uniquely_named_modules() -> None:
    """The tests import all functions into one process, from all their folders."""
    folders = {path.name for path in (ROOT / "functions").iterdir() if (path / f"{path.name}.py").is_file()}
    assert folders == {each.module for each in functions()}
    names = [path.stem for path in (ROOT / "functions").glob("*/*.py")]
    names += [path.parent.name for path in (ROOT / "functions").glob("*/*/__init__.py")]
    assert len(names) == len(set(names))
    assert "easel" not in names


@each_provider
def test_router_and_function_may_invoke_the_function(provider: str) -> None:
    """A provider's function invokes itself with the job of a call to its own route, and the router if it crashes."""
    router, logical_id = function("router"), function(provider).logical_id
    live = f"{logical_id.removesuffix('Function')}Live"
    assert f"{router.environment['FUNCTION_PREFIX']}{provider}" == function(provider).name
    (allowed,) = (entry["Resource"] for entry in statements(router) if entry["Action"] == "lambda:InvokeFunction")
    assert {"Fn::If": ["SnapStartOn", {"Ref": live}, {"Fn::GetAtt": [logical_id, "Arn"]}]} in allowed
    invoking = [entry for entry in statements(function(provider)) if entry["Action"] == "lambda:InvokeFunction"]
    names = {str(entry["Resource"]["Fn::Sub"]).rpartition(":function:")[2] for entry in invoking}
    assert names == {f"${{AWS::StackName}}-{provider}", "${AWS::StackName}-router"}


def test_no_policy_reaches_beyond_the_stacks_resources() -> None:
    for deployed in functions():
        assert not [action for action in deployed.actions if action.endswith("*")]
        assert not [statement for statement in statements(deployed) if statement["Resource"] == "*"]
    documents = re.findall(r"(.*)\n *Statement:", TEXT)
    assert len(documents) > 8
    assert {line.strip().removeprefix("- ") for line in documents} == {'Version: "2012-10-17"'}


def test_the_router_and_the_batches_decrypt_no_token() -> None:
    """AWS's managed key lets the whole account decrypt through SSM, unless that is denied."""
    through_ssm = {"StringEquals": {"kms:ViaService": {"Fn::Sub": "ssm.${AWS::Region}.amazonaws.com"}}}
    for module in ("router", "batch"):
        about_tokens = [each for each in statements(function(module)) if "ssm" in json.dumps(each)]
        allowed, denied = sorted(about_tokens, key=lambda each: str(each["Effect"]))
        assert (allowed["Effect"], allowed["Action"]) == ("Allow", "ssm:GetParameters")
        assert (denied["Effect"], denied["Action"], denied["Condition"]) == ("Deny", "kms:Decrypt", through_ssm)


def test_each_function_gets_table_bucket_and_log_group() -> None:
    for deployed in functions():
        assert {"JOBS_TABLE", "IMAGES_BUCKET", "RETENTION_DAYS"} <= set(deployed.environment)
        assert "LoggingConfig" not in deployed.properties
    group = template.template()["Globals"]["Function"]["LoggingConfig"]["LogGroup"]["Ref"]
    assert RESOURCES[group]["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"}


def test_the_access_log_has_no_headers_and_no_query() -> None:
    settings = properties("HttpApi")["AccessLogSettings"]
    line = json.loads(settings["Format"])
    assert line["request"] == "$context.requestId"
    assert not re.search(r"header|query|authorizer|identity|user", settings["Format"], re.IGNORECASE)
    assert RESOURCES["ApiLogs"]["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"}


def test_environment_variables_are_texts() -> None:
    """CloudFormation turns a number into a text. MiniStack does not, and then cannot start the function."""
    parts = [template.template()["Globals"]["Function"], *(each.properties for each in functions())]
    values = [value for part in parts for value in part.get("Environment", {}).get("Variables", {}).values()]
    assert len(values) > 30
    assert all(isinstance(value, str | dict) for value in values)


def test_easel_reads_every_setting_of_the_template() -> None:
    others = re.compile(r"POWERTOOLS_|LOG_LEVEL|AWS_|HF_HUB_|GRADIO_|HF_HOME|PYTHON|MALLOC_")
    given = {name for each in functions() for name in each.environment if not others.match(name)}
    given -= {provider.url_setting for provider in catalog.providers().values()}
    given -= set(re.findall(r'\bflag\("(\w+)"\)', ADAPTERS))
    given -= {name.upper() for name in Settings.model_fields} | {"MODEL_ALIASES", "KEY_MANIFESTS"}
    assert not {name for name in given if not name.endswith("_CONCURRENCY")}


def test_every_parameter_has_a_group_description_and_default() -> None:
    groups = template.template()["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    assert all(group["Label"]["default"] for group in groups)
    named = [name for group in groups for name in group["Parameters"]]
    assert sorted(named) == sorted(PARAMETERS)
    for name, parameter in PARAMETERS.items():
        assert parameter.get("Description"), name
        assert "Default" in parameter, name


def test_the_api_is_throttled_and_sam_asks_no_question() -> None:
    api = properties("HttpApi")
    routes = api["DefaultRouteSettings"]
    assert 0 < int(routes["ThrottlingRateLimit"]) <= int(routes["ThrottlingBurstLimit"]) <= 5000
    assert api["Auth"]  # `sam deploy --guided` looks for these


def test_each_function_can_have_a_reserved_concurrency(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {f"{each.logical_id.removesuffix('Function')}Reserved": each.logical_id for each in functions()}
    limited = PARAMETERS.keys() & names.keys()
    assert len(limited) >= 5  # optional for a new provider
    for name in limited:
        assert properties(names[name])["ReservedConcurrentExecutions"] is None
        monkeypatch.setitem(PARAMETERS[name], "Default", "7")
        assert properties(names[name])["ReservedConcurrentExecutions"] == "7"


@pytest.mark.parametrize(
    ("name", "mark", "condition"),
    [
        ("DailyPictures", "daily-pictures", "HasDailyPictures"),  # `easel.budgets.admission`, at 80 % of the pictures
        ("RetiredModel", "model-retired", None),  # `easel.generation`
        ("Catalog", "catalog-differs", "HasCheckSchedule"),  # `functions/check/check.py`
    ],
)
def test_an_alarm_counts_what_the_code_logs(name: str, mark: str, condition: str | None) -> None:
    alarm, counted = properties(f"{name}Alarm"), properties(f"{name}Filter")
    (metric,) = counted["MetricTransformations"]
    assert (alarm["Namespace"], alarm["MetricName"]) == (metric["MetricNamespace"], metric["MetricName"])
    assert counted["FilterPattern"] == f'{{ $.alarm = "{mark}" }}'
    assert {RESOURCES[f"{name}{kind}"].get("Condition") for kind in ("Alarm", "Filter")} == {condition}


def test_a_budget_warns_the_owner_before_it_is_spent() -> None:
    (notice,) = properties("Budget")["NotificationsWithSubscribers"]
    assert (notice["Notification"]["Threshold"], RESOURCES["Budget"]["Condition"]) == (80, "HasBudget")


def test_the_catalog_check_is_off_and_reads_only_its_own_data() -> None:
    checking = function("check")
    assert PARAMETERS["CheckSchedule"]["Default"] == ""
    schedule = checking.properties["Events"]["Schedule"]
    assert schedule["Type"] == "ScheduleV2"
    assert schedule["Properties"]["State"] == {"Fn::If": ["HasCheckSchedule", "ENABLED", "DISABLED"]}
    assert [each["Action"] for each in statements(checking)] == [["s3:GetObject", "s3:ListBucket"]]
    assert {"GITEE_BASE_URL", "HF_SPACE_URLS", "MODELSCOPE_BASE_URL"} <= set(checking.environment)


@each_provider
def test_a_jobs_event_is_delivered_once_or_reported(provider: str) -> None:
    logical_id = function(provider).logical_id
    for name in (f"{logical_id}EventInvokeConfig", f"{logical_id.removesuffix('Function')}LiveEvents"):
        events = RESOURCES[name]["Properties"]
        assert events["MaximumRetryAttempts"] == 0
        assert events["MaximumEventAgeInSeconds"] <= jobs.ALLOWED_SECONDS
        assert events["DestinationConfig"]["OnFailure"]["Destination"]["Fn::GetAtt"] == ["RouterFunction", "Arn"]


def test_the_wait_ends_before_the_http_api_cuts_the_call() -> None:
    assert PARAMETERS["WaitSeconds"]["MaxValue"] < http_messages.GATEWAY_SECONDS


@each_provider
def test_router_and_record_outlast_every_job(provider: str) -> None:
    """At the function URL the router waits for the provider's function, which may have to start first."""
    starting, answering = 10, 20
    assert function(provider).timeout <= jobs.ALLOWED_SECONDS
    assert function(provider).timeout + starting < aws.INVOKE_READ_SECONDS
    assert aws.INVOKE_READ_SECONDS + answering < function("router").timeout <= 900


def test_a_public_function_url_has_both_permissions() -> None:
    """Either one alone is answered with 403: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"""
    router = {"Ref": "RouterFunction"}
    granted = [
        each["Properties"]
        for each in RESOURCES.values()
        if each["Type"] == "AWS::Lambda::Permission" and each["Properties"]["FunctionName"] == router
    ]
    assert granted == [
        {"FunctionName": router, "Action": "lambda:InvokeFunctionUrl", "Principal": "*", "FunctionUrlAuthType": "NONE"},
        {"FunctionName": router, "Action": "lambda:InvokeFunction", "Principal": "*", "InvokedViaFunctionUrl": True},
    ]
    url = RESOURCES["RouterUrl"]["Properties"]
    assert (url["AuthType"], url["InvokeMode"], "Cors" in url) == ("NONE", "BUFFERED", False)
    assert url["TargetFunctionArn"] == {"Fn::GetAtt": ["RouterFunction", "Arn"]}
    assert template.template()["Outputs"]["FunctionUrl"]["Value"] == {"Fn::GetAtt": ["RouterUrl", "FunctionUrl"]}


@pytest.mark.parametrize(
    ("wanted", "access", "reserved", "is_open"),
    [
        ("auto", "tokens", "", False),
        ("auto", "keys", "", True),
        ("auto", "tokens", "50", True),
        ("true", "tokens", "", True),
        ("false", "keys", "50", False),
    ],
)
def test_the_function_url_needs_a_limit_for_strangers(
    wanted: str, access: str, reserved: str, is_open: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"FunctionUrl": wanted, "Access": access, "RouterReserved": reserved}.items():
        monkeypatch.setitem(PARAMETERS[name], "Default", value)
    assert template.resolve({"Fn::If": ["HasFunctionUrl", True, False]}) is is_open
    own = {name for name, each in RESOURCES.items() if each.get("Condition") == "HasFunctionUrl"}
    assert own == {"RouterUrl", "RouterUrlPermission", "RouterUrlInvokePermission", "UrlErrorsAlarm"}


def test_the_bucket_is_private_encrypted_and_expires_pictures() -> None:
    bucket = properties("ImagesBucket")
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["BucketEncryption"]
    expiring = [rule for rule in bucket["LifecycleConfiguration"]["Rules"] if rule.get("Prefix") == "images/0"]
    assert [(rule["Status"], rule["ExpirationInDays"]) for rule in expiring] == [("Enabled", 30)]
    assert jobs.new(GenerationRequest(provider="gitee", model="z-image-turbo")).id.startswith("0")


def test_the_table_is_on_demand_expires_and_can_be_restored() -> None:
    table = properties("JobsTable")
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires", "Enabled": True}
    assert [key["AttributeName"] for key in table["KeySchema"]] == ["id"]


def test_keys_and_pictures_outlive_their_stack() -> None:
    """A retained resource keeps its name, so a second stack cannot use it."""
    for resource in (RESOURCES[name] for name in ("JobsTable", "ImagesBucket", "ImagesBucketPolicy")):
        assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Retain", "Retain")
        assert not {"TableName", "BucketName"} & resource["Properties"].keys()


def test_no_function_may_write_an_easel_key() -> None:
    policy = RESOURCES["KeysPolicy"]
    roles = {each["Ref"] for each in policy["Properties"]["Roles"]}
    writing = {"dynamodb:PutItem", "dynamodb:UpdateItem"}
    assert roles == {f"{each.logical_id}Role" for each in functions() if each.actions & writing}
    key, table = Payer.of_key("abc"), "arn:aws:dynamodb:us-east-1:123456789012:table/jobs"
    rights = Rights({"JOBS_TABLE": "jobs", "IMAGES_BUCKET": "images"})
    for module in ("router", "batch", *PROVIDERS):
        assert f"{function(module).logical_id}Role" in roles
        role = rights.roles[module]
        for action in ("dynamodb:PutItem", "dynamodb:UpdateItem"):
            assert not role.allows(Need(action, table, frozenset([key.item_id]))), module
            for other in (key.counters_id, "b01", "001", "batch#b1", "idempotency#x", "everybody"):
                assert role.allows(Need(action, table, frozenset([other]))), (module, other)
        assert role.allows(Need("dynamodb:GetItem", table, frozenset([key.item_id])))
        assert not {"dynamodb:DeleteItem", "dynamodb:BatchWriteItem"} & set(template.actions(role.statements))


def test_a_browser_may_read_headers_and_use_the_bucket() -> None:
    cors = properties("HttpApi")["CorsConfiguration"]
    assert {"X-Request-ID", "Location", "Retry-After", "ETag"} <= set(cors["ExposeHeaders"])
    assert {"GET", "POST", "OPTIONS"} <= set(cors["AllowMethods"])
    _, named, others = RESOURCES["HttpApi"]["Properties"]["CorsConfiguration"]["Fn::If"]
    assert isinstance(others["AllowOrigins"], list)  # SAM would take an intrinsic function for the complete setting
    assert {**named, "AllowOrigins": None} == {**others, "AllowOrigins": None}
    (rule,) = properties("ImagesBucket")["CorsConfiguration"]["CorsRules"]
    assert (rule["AllowedOrigins"], set(rule["AllowedMethods"])) == (["*"], {"GET", "HEAD", "PUT"})


def test_the_layer_is_built_and_not_nested() -> None:
    layer = RESOURCES["EaselLayer"]
    assert layer["Metadata"]["BuildMethod"]
    assert not (ROOT / layer["Properties"]["ContentUri"] / "python").exists()


def test_each_retry_pause_is_allowed_by_sqs() -> None:
    """MiniStack and moto accept any pause: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference."""
    queue, dead = properties("WebhookQueue"), properties("FailedWebhooks")
    deployed = RESOURCES["WebhookQueue"]["Properties"]["RedrivePolicy"]
    assert deployed["deadLetterTargetArn"] == {"Fn::GetAtt": ["FailedWebhooks", "Arn"]}
    assert deployed["maxReceiveCount"] == len(webhooks.PAUSES) + 1
    assert max(webhooks.PAUSES) <= 12 * 3600
    assert list(webhooks.PAUSES) == sorted(webhooks.PAUSES)
    assert 23 * 3600 < sum(webhooks.PAUSES) < 24 * 3600
    assert sum(webhooks.PAUSES) + 12 * 3600 < queue["MessageRetentionPeriod"]
    assert queue["MessageRetentionPeriod"] < dead["MessageRetentionPeriod"] <= 14 * 24 * 3600
    assert queue["VisibilityTimeout"] >= 6 * function("webhooks").timeout > 6 * webhook_sender.TIMEOUT_SECONDS
    assert 0 < ended_items.MAX_DELAY <= 900


def test_the_stream_reports_only_webhooks() -> None:
    """Lambda filters a table's stream by the key `dynamodb` alone. MiniStack also accepts others."""
    mapping = properties("WebhookEnds")
    (one,) = mapping["FilterCriteria"]["Filters"]
    states = [stored_webhooks.DUE, stored_webhooks.WAITING]
    assert json.loads(one["Pattern"]) == {"dynamodb": {"NewImage": {"webhook": {"S": states}}}}
    assert properties("JobsTable")["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert mapping["StartingPosition"] == "TRIM_HORIZON"


def test_the_stream_reports_ended_jobs_to_the_ledger() -> None:
    """It repeats a whole batch. Half of one would begin at another record and be counted twice."""
    mapping = properties("LedgerEnds")
    (one,) = mapping["FilterCriteria"]["Filters"]
    assert json.loads(one["Pattern"]) == {"dynamodb": {"NewImage": {"status": {"S": ["succeeded", "failed"]}}}}
    assert not mapping.get("BisectBatchOnFunctionError")
    assert mapping.get("ParallelizationFactor", 1) == 1
    readers = [each for each in RESOURCES.values() if "StartingPosition" in each["Properties"]]
    assert len(readers) <= 2  # the maximum number of readers of a shard


def test_webhooks_are_sent_singly_with_their_secret() -> None:
    """Only a failed attempt returns to the queue. A deployment calls no loopback address."""
    mapping = properties("WebhookCalls")
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BatchSize"] <= 10  # larger batches need a batching window
    assert 2 <= mapping["ScalingConfig"]["MaximumConcurrency"] <= 1000
    assert (PARAMETERS["WebhookLoopback"]["Default"], PARAMETERS["WebhookUrl"]["Default"]) == ("false", "")
    readers = {each.module for each in functions() if "webhook-secret" in json.dumps(statements(each))}
    assert readers == {"webhooks"}
