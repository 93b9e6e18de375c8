"""`template.yaml` against the code and the design: one word per provider, least privilege, timeouts that fit."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from easel import catalog
from easel.store import jobs
from easel.store.records import Request
from tests.harness import template
from tests.harness.template import ROOT, functions, properties

PROVIDERS = list(catalog.providers())
SETTINGS = (ROOT / "layers/easel/easel/settings.py").read_text("utf-8")


def function(name: str) -> template.Function:
    return next(found for found in functions() if found.module == name)


def statements(found: template.Function) -> list[dict[str, Any]]:
    return template.statements(found.properties)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_provider_has_one_word_everywhere(provider: str) -> None:
    found = function(provider)
    assert found.folder == ROOT / "functions" / provider
    assert (found.folder / f"{provider}.py").is_file()
    assert found.properties["Handler"] == f"{provider}.handler"
    assert found.logical_id.lower() == f"{provider}function"
    assert found.name == f"easel-{provider}"
    assert ("POST", f"/api/providers/{provider}/generate") in found.routes


def test_every_folder_of_functions_is_deployed() -> None:
    folders = {path.name for path in (ROOT / "functions").iterdir() if (path / f"{path.name}.py").is_file()}
    assert folders == {found.module for found in functions()}


def test_modules_beside_the_main_one_have_names_of_their_own() -> None:
    names = [path.name for path in (ROOT / "functions").rglob("*.py") if ".aws-sam" not in path.parts]
    names += [path.name for path in (ROOT / "layers/easel/easel").glob("*.py")]
    own = [name for name in names if name != "__init__.py"]
    assert len(own) == len(set(own))


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_router_may_start_the_function_that_its_settings_name(provider: str) -> None:
    router, logical_id = function("router"), function(provider).logical_id
    live = f"{logical_id.removesuffix('Function')}Live"
    assert f"{router.environment['FUNCTION_PREFIX']}{provider}" == function(provider).name
    (allowed,) = (entry["Resource"] for entry in statements(router) if entry["Action"] == "lambda:InvokeFunction")
    assert {"Fn::If": ["SnapStartOn", {"Ref": live}, {"Fn::GetAtt": [logical_id, "Arn"]}]} in allowed


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_providers_function_may_start_itself_for_calls_to_its_own_route_and_tell_the_router(provider: str) -> None:
    found = [entry for entry in statements(function(provider)) if entry["Action"] == "lambda:InvokeFunction"]
    named = {str(entry["Resource"]["Fn::Sub"]).rpartition(":function:")[2] for entry in found}
    assert named == {f"${{AWS::StackName}}-{provider}", "${AWS::StackName}-router"}


@pytest.mark.parametrize("found", functions(), ids=lambda found: found.module)
def test_no_policy_reaches_further_than_the_stacks_own_resources(found: template.Function) -> None:
    for statement in statements(found):
        assert "*" not in found.actions
        assert not any(action.endswith(":*") for action in found.actions)
        assert statement["Resource"] != "*", statement


@pytest.mark.parametrize("found", functions(), ids=lambda found: found.module)
def test_each_function_gets_table_bucket_and_log_group(found: template.Function) -> None:
    assert {"JOBS_TABLE", "IMAGES_BUCKET", "RETENTION_DAYS"} <= set(found.environment)
    group = template.template()["Globals"]["Function"]["LoggingConfig"]["LogGroup"]["Ref"]
    assert "LoggingConfig" not in found.properties
    assert template.template()["Resources"][group]["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"}


def test_each_call_is_one_line_of_json_in_the_access_log_without_headers_and_query() -> None:
    settings = properties("HttpApi")["AccessLogSettings"]
    line = json.loads(settings["Format"])
    assert line["request"] == "$context.requestId"
    assert not re.search(r"header|query|authorizer|identity|user", settings["Format"], re.IGNORECASE)
    logs = template.template()["Resources"]["ApiLogs"]["Properties"]
    assert logs["RetentionInDays"] == {"Ref": "LogRetentionDays"}


def test_every_setting_that_the_template_gives_is_read() -> None:
    others = re.compile(r"POWERTOOLS_|LOG_LEVEL|AWS_|HF_HUB_|GRADIO_|HF_HOME|PYTHON")
    given = {name for found in functions() for name in found.environment if not others.match(name)}
    given -= {provider.url_setting for provider in catalog.providers().values()}
    unread = {name for name in given if f'"{name}"' not in SETTINGS and not name.endswith("_CONCURRENCY")}
    assert not unread


def test_every_policy_names_the_version_of_its_language() -> None:
    documents = re.findall(r"(.*)\n *Statement:", (ROOT / "template.yaml").read_text("utf-8"))
    assert len(documents) > 8
    assert {line.strip().removeprefix("- ") for line in documents} == {'Version: "2012-10-17"'}


def test_every_parameter_is_in_a_group_of_the_console() -> None:
    groups = template.template()["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    assert all(group["Label"]["default"] for group in groups)
    named = [name for group in groups for name in group["Parameters"]]
    assert sorted(named) == sorted(template.template()["Parameters"])


def test_the_template_stays_short_enough_to_be_read_as_the_map() -> None:
    further = len(PROVIDERS) - 3
    assert len((ROOT / "template.yaml").read_text("utf-8").splitlines()) <= 560 + 40 * further


def test_the_api_is_throttled_and_each_function_can_have_a_concurrency_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    routes = properties("HttpApi")["DefaultRouteSettings"]
    assert 0 < int(routes["ThrottlingRateLimit"]) <= int(routes["ThrottlingBurstLimit"]) <= 5000
    parameters = template.template()["Parameters"]
    names = {f"{found.logical_id.removesuffix('Function')}Reserved": found.logical_id for found in functions()}
    limited = parameters.keys() & names.keys()
    assert len(limited) >= 5  # a further provider may do without
    for name in limited:
        assert properties(names[name])["ReservedConcurrentExecutions"] is None
        monkeypatch.setitem(parameters[name], "Default", "7")
        assert properties(names[name])["ReservedConcurrentExecutions"] == "7"


def test_the_owner_can_have_a_budget_and_a_limit_of_pictures() -> None:
    """What is logged at 80 % of the pictures is what the alarm counts, see `easel.budgets.admission`."""
    resources = template.template()["Resources"]
    alarm, counted = properties("DailyPicturesAlarm"), properties("DailyPicturesFilter")
    (metric,) = counted["MetricTransformations"]
    assert (alarm["Namespace"], alarm["MetricName"]) == (metric["MetricNamespace"], metric["MetricName"])
    assert counted["FilterPattern"] == '{ $.alarm = "daily-pictures" }'
    assert {resources[name]["Condition"] for name in ("DailyPicturesAlarm", "DailyPicturesFilter")} == {
        "HasDailyPictures"
    }
    ((notice,),) = [[each["Notification"] for each in properties("Budget")["NotificationsWithSubscribers"]]]
    assert notice["Threshold"] == 80
    assert resources["Budget"]["Condition"] == "HasBudget"


def test_sam_deploy_asks_nothing_about_authentication() -> None:
    assert properties("HttpApi")["Auth"]  # what `sam deploy --guided` looks for


def test_every_parameter_says_what_it_is_and_has_a_default() -> None:
    for name, parameter in template.template()["Parameters"].items():
        assert parameter.get("Description"), name
        assert "Default" in parameter, name


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_jobs_event_is_delivered_once_and_in_time_and_the_router_is_told_of_a_failure(provider: str) -> None:
    resources, logical_id = template.template()["Resources"], function(provider).logical_id
    names = (f"{logical_id}EventInvokeConfig", f"{logical_id.removesuffix('Function')}LiveEvents")
    for events in (resources[name]["Properties"] for name in names):
        assert events["MaximumRetryAttempts"] == 0
        assert events["MaximumEventAgeInSeconds"] <= jobs.ALLOWED_SECONDS
        target = events["DestinationConfig"]["OnFailure"]["Destination"]
        assert target["Fn::GetAtt"] == ["RouterFunction", "Arn"]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_job_is_given_up_no_sooner_than_its_function(provider: str) -> None:
    assert function(provider).timeout <= jobs.ALLOWED_SECONDS


def test_the_wait_ends_before_the_http_api_cuts_the_call() -> None:
    wait = template.template()["Parameters"]["WaitSeconds"]
    assert wait["MaxValue"] < function("router").timeout <= 30


def test_the_bucket_is_private_encrypted_and_forgets_after_the_retention_time() -> None:
    bucket = properties("ImagesBucket")
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["BucketEncryption"]
    expiring = [rule for rule in bucket["LifecycleConfiguration"]["Rules"] if rule.get("Prefix") == "images/0"]
    assert [(rule["Status"], rule["ExpirationInDays"]) for rule in expiring] == [("Enabled", 30)]
    assert jobs.new(Request(provider="gitee", model="z-image-turbo")).id.startswith("0")


def test_the_table_is_paid_by_use_and_forgets_by_itself() -> None:
    table = properties("JobsTable")
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires", "Enabled": True}
    assert [key["AttributeName"] for key in table["KeySchema"]] == ["id"]


def test_a_browser_may_read_the_headers_that_answers_carry() -> None:
    cors = properties("HttpApi")["CorsConfiguration"]
    assert {"X-Request-ID", "Location", "Retry-After", "ETag"} <= set(cors["ExposeHeaders"])
    assert {"GET", "POST", "OPTIONS"} <= set(cors["AllowMethods"])


def test_the_bucket_lets_pages_follow_every_signed_address_whatever_origin_a_redirect_leaves_them() -> None:
    (rule,) = properties("ImagesBucket")["CorsConfiguration"]["CorsRules"]
    assert (rule["AllowedOrigins"], set(rule["AllowedMethods"])) == (["*"], {"GET", "HEAD", "PUT"})


def test_the_layer_is_built_and_not_nested() -> None:
    layer = template.template()["Resources"]["EaselLayer"]
    assert layer["Metadata"]["BuildMethod"]
    assert not (ROOT / layer["Properties"]["ContentUri"] / "python").exists()


def test_both_choices_of_the_apis_cors_differ_in_the_origins_alone() -> None:
    _, named, others = template.template()["Resources"]["HttpApi"]["Properties"]["CorsConfiguration"]["Fn::If"]
    assert isinstance(others["AllowOrigins"], list)  # SAM would take an intrinsic function for the whole setting
    assert {**named, "AllowOrigins": None} == {**others, "AllowOrigins": None}
