"""`local.aws`: the patched parts of MiniStack exist, and the patches have their effect.

MiniStack's internals may change. A new version that changes them fails here and not in a user's terminal.
"""

import asyncio
import inspect
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from botocore.config import Config

from local import aws, sam_local
from tests.harness.cloud import CREDENTIALS


def test_a_function_runs_on_the_bare_python(monkeypatch: pytest.MonkeyPatch) -> None:
    from ministack.core import lambda_runtime  # type: ignore[import-untyped]

    monkeypatch.setattr(lambda_runtime, "sys", lambda_runtime.sys)
    aws._bare_python(lambda_runtime, "/opt/python3.13")
    assert lambda_runtime._detect_runtime_binary("python3.13")[0] == "/opt/python3.13"


def test_code_is_unpacked_once_and_linked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "code.zip", "w") as archive:
        archive.writestr("module.py", "x = 1")
    runtime: Any = SimpleNamespace()
    aws._mount(runtime, tmp_path / "mounted")
    (tmp_path / "mounted").mkdir()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        with runtime.zipfile.ZipFile(tmp_path / "code.zip") as archive:
            archive.extractall(tmp_path / name)
    assert (tmp_path / "one/module.py").read_text() == "x = 1"
    assert (tmp_path / "one").resolve() == (tmp_path / "two").resolve()
    assert len(list((tmp_path / "mounted").iterdir())) == 1


def test_the_worker_uses_the_patches() -> None:
    from ministack.core import lambda_runtime

    spawn = inspect.getsource(lambda_runtime.Worker._spawn)
    assert "_detect_runtime_binary" in spawn
    assert "zf.extractall(code_dir)" in spawn
    assert "target=self._read_stderr" in spawn
    assert "_drain_stderr_bounded()" in inspect.getsource(lambda_runtime.Worker.invoke)


def test_an_answer_over_six_megabytes_is_an_error() -> None:
    class Worker:
        def invoke(self, event: int) -> dict[str, Any]:
            return {"status": "ok", "result": "x" * event, "cold_start": True, "log": "said"}

    aws._limit_responses(Worker)
    assert Worker().invoke(10)["status"] == "ok"
    answer = Worker().invoke(6 * 1024 * 1024 + 101)
    assert answer["status"] == "error"
    assert "(6291559 bytes) exceeded maximum allowed payload size (6291556 bytes)" in answer["error"]
    assert answer["log"] == "said"


def test_a_functions_output_is_printed_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    class Worker:
        func_name = "easel-gitee"
        _proc = SimpleNamespace(stderr=["one\n", "two\n"])
        _stderr_queue = SimpleNamespace(put=lambda _: None)

        def _read_stderr(self) -> None:
            raise AssertionError

        def _drain_stderr_bounded(self, first_line_wait: float = 0.05) -> float:
            return first_line_wait

    aws._log_live(Worker)
    Worker()._read_stderr()
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [
        {"function": "easel-gitee", "line": "one"},
        {"function": "easel-gitee", "line": "two"},
    ]
    assert Worker()._drain_stderr_bounded() == 0.005


def test_a_maps_pace_is_read_by_its_path(monkeypatch: pytest.MonkeyPatch) -> None:
    from ministack.services import stepfunctions  # type: ignore[import-untyped]

    seen: list[Any] = []
    monkeypatch.setattr(stepfunctions, "_run_map_items", lambda state, *rest: seen.append(state))
    aws._apply_concurrency_path()
    assert "_run_map_items(state_def, raw_input, execution, ctx)" in inspect.getsource(stepfunctions._execute_map)
    stepfunctions._run_map_items({"MaxConcurrencyPath": "$.pace"}, {"pace": "7"}, {}, {})
    stepfunctions._run_map_items({"MaxConcurrency": 3}, {}, {}, {})
    assert [state["MaxConcurrency"] for state in seen] == [7, 3]


def test_a_schedules_input_contains_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    from ministack.services import eventbridge, scheduler

    seen: list[dict[str, Any]] = []
    monkeypatch.setattr(eventbridge, "_invoke_target", lambda target, *rest: seen.append(target))
    aws._fill_schedule_input()
    assert "_eb._invoke_target(target, event, sched)" in inspect.getsource(scheduler._tick_schedules)
    assert "_invoke_target(target, event, rule, view)" in inspect.getsource(eventbridge._dispatch_event)
    fired = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC).timestamp()
    event = {"Source": "aws.scheduler", "Time": fired, "EventId": "e1", "Resources": ["arn:schedule"]}
    target = {"Arn": "f", "Input": '{"at": "<aws.scheduler.scheduled-time>", "of": "<aws.scheduler.schedule-arn>"}'}
    eventbridge._invoke_target(target, event, {})
    eventbridge._invoke_target(target, {**event, "Source": "easel"}, {})
    assert json.loads(seen[0]["Input"]) == {"at": "2026-01-02T03:04:05Z", "of": "arn:schedule"}
    assert seen[1] == target


def test_a_link_signed_with_an_unknown_key_works(monkeypatch: pytest.MonkeyPatch) -> None:
    from ministack.services import s3

    monkeypatch.setattr(s3, "_verify_presigned_sigv4", s3._verify_presigned_sigv4)
    monkeypatch.delenv("AWS_SESSION_TOKEN")
    aws._accept_any_access_key()

    def check(key: str, seconds: int) -> Any:
        session = boto3.Session(key, "secret", region_name="us-east-1")
        client = session.client("s3", endpoint_url="http://localhost:4566", config=Config(signature_version="s3v4"))
        link = client.generate_presigned_url("get_object", {"Bucket": "b", "Key": "k"}, ExpiresIn=seconds)
        return s3._verify_presigned_sigv4("GET", "/b/k", {"host": "localhost:4566"}, parse_qs(urlsplit(link).query))

    assert "_verify_presigned_sigv4(method, " in inspect.getsource(s3.handle_request)
    assert check("defaultkey", 60) is None
    assert b"SignatureDoesNotMatch" in check(CREDENTIALS["AWS_ACCESS_KEY_ID"], 60)[2]
    assert b"expired" in check("defaultkey", -60)[2]


def test_sam_writes_the_given_parameter_values(monkeypatch: pytest.MonkeyPatch) -> None:
    from ministack.services.cloudformation import changesets  # type: ignore[import-untyped]

    monkeypatch.setattr(changesets, "_apply_transforms", changesets._apply_transforms)
    aws._pass_parameters_to_sam()
    template = {
        "Transform": "AWS::Serverless-2016-10-31",
        "Parameters": {"Origins": {"Type": "CommaDelimitedList", "Default": "*"}},
        "Resources": {
            "Api": {
                "Type": "AWS::Serverless::HttpApi",
                "Properties": {"CorsConfiguration": {"AllowOrigins": {"Ref": "Origins"}}},
            },
            "Function": {
                "Type": "AWS::Serverless::Function",
                "Properties": {
                    "Runtime": "python3.13",
                    "Handler": "f.f",
                    "InlineCode": "",
                    "Events": {"All": {"Type": "HttpApi", "Properties": {"ApiId": {"Ref": "Api"}}}},
                },
            },
        },
    }
    given = [{"Key": "Origins", "Value": "https://a.test,https://b.test"}]
    processed = changesets._apply_transforms(template, given, {})
    body = processed["Resources"]["Api"]["Properties"]["Body"]
    assert body["x-amazon-apigateway-cors"]["allowOrigins"] == "https://a.test,https://b.test"
    assert processed["Parameters"] == template["Parameters"]
    assert "_apply_transforms(template, provided_params" in inspect.getsource(changesets)


def test_a_bucket_answers_pages_by_its_cors_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    from ministack import app  # type: ignore[import-untyped]
    from ministack.services import s3

    async def answer(*_: Any) -> Any:
        return 200, {"Access-Control-Allow-Origin": "*", "Content-Type": "image/png"}, b""

    rules = [{"AllowedOrigin": ["https://a.test"], "AllowedMethod": ["GET"], "AllowedHeader": ["*"]}]
    monkeypatch.setattr(app, "_s3_cors_target", lambda host, path: ("b", "k") if path == "/b/k" else None)
    monkeypatch.setattr(s3, "_cors_rules", lambda bucket: rules)
    monkeypatch.setattr(app, "_dispatch_service_request", answer)
    monkeypatch.setattr(app, "_handle_options_request", app._handle_options_request)
    aws._apply_cors_rules()

    def allowed(method: str, path: str, origin: str) -> Any:
        headers = {"origin": origin} if origin else {}
        _, sent, _ = asyncio.run(app._dispatch_service_request(method, path, headers, b"", {}, "id"))
        return sent.get("Access-Control-Allow-Origin")

    assert allowed("GET", "/b/k", "https://a.test") == "https://a.test"
    assert allowed("GET", "/b/k", "null") is allowed("GET", "/b/k", "") is None
    assert allowed("PUT", "/b/k", "https://a.test") is None
    assert allowed("POST", "/", "https://b.test") == "*"
    for method, status in (("GET", 200), ("PUT", 403)):
        asked = {"origin": "https://a.test", "access-control-request-method": method}
        assert app._handle_options_request("OPTIONS", "/b/k", asked, {}, "id")[0] == status
    assert app._handle_options_request("OPTIONS", "/", {}, {}, "id")[0] == 200
    assert "await _dispatch_service_request(" in inspect.getsource(app.app)
    assert "_handle_options_request(method, path, headers, " in inspect.getsource(app._handle_pre_body_request)


def test_a_bucket_has_the_same_name_in_every_run(monkeypatch: pytest.MonkeyPatch) -> None:
    from ministack.services.cloudformation import provisioners

    made: list[str] = []
    create: Any = lambda logical_id, properties, stack: made.append(properties["BucketName"])  # noqa: E731
    handlers: Any = {"AWS::S3::Bucket": {"create": create}}
    monkeypatch.setattr(provisioners, "_RESOURCE_HANDLERS", handlers)
    aws._use_stable_bucket_names()
    handlers["AWS::S3::Bucket"]["create"]("ImagesBucket", {}, "easel")
    handlers["AWS::S3::Bucket"]["create"]("ImagesBucket", {"BucketName": "mine"}, "easel")
    assert made == ["easel-imagesbucket-11df2ba2753c0", "mine"]
    assert sam_local.NAMES["IMAGES_BUCKET"] == made[0]
    assert sam_local.NAMES["JOBS_TABLE"] == provisioners._physical_name("easel", "JobsTable")
