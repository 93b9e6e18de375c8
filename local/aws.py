"""MiniStack, the AWS emulator, run as `python -m local.aws` with patches where it differs from AWS.

The differences in MiniStack 1.5.33, each with its patch:
- It runs functions with its own interpreter, so a function could import the development packages. On Lambda a function
  has only the runtime's Python and its own packages: `_bare_python`.
- It unpacks code and layer for every execution environment (50 MB, without shared byte code), so thirty concurrent
  calls take a minute to start on two cores. Lambda mounts the code read-only: `_mount`, and `environments.py`.
- It prints a function's log after the call, so a call that hangs stays silent: `_log_live`.
- It ignores a map's `MaxConcurrencyPath`: `_apply_concurrency_path`.
- It does not replace `<aws.scheduler.scheduled-time>` and similar texts in a schedule's input: `_fill_schedule_input`.
- It gives buckets new names in each run, so a settings file cannot contain them: `_use_stable_bucket_names`.
- It allows responses of any size. Lambda's limit is 6 MB: `_limit_responses`.
- SAM writes the parameters' defaults into the API instead of the given values: `_pass_parameters_to_sam`.
- It lets every web page read a bucket, regardless of the bucket's CORS rules: `_apply_cors_rules`.
- It refuses presigned links with unknown access keys, such as those of `sam local`: `_accept_any_access_key`.
`http_api.py` and `api_gateway.py` emulate the HTTP API's routes, time limit and errors.
"""

import functools
import hashlib
import json
import os
import sys
import tempfile
import threading
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from local import environments
from local.processes import Child, Processes, environment
from local.tools import Tools

REGION = "us-east-1"
ACCOUNT = "000000000000"
RESPONSE_LIMIT = 6 * 1024 * 1024 + 100  # bytes, as in Lambda's error message
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION}


def start(processes: Processes, tools: Tools, port: int, folder: Path, on_line: Callable[[str], None]) -> Child:
    """Start MiniStack on 127.0.0.1:`port`. It writes only to `folder`."""
    env = environment(
        GATEWAY_PORT=str(port),
        BIND_HOST="127.0.0.1",
        MINISTACK_REGION=REGION,
        MINISTACK_ACCOUNT_ID=ACCOUNT,
        TMPDIR=str(folder),
        EASEL_RUNTIME_PYTHON=str(tools.python),
        LAMBDA_WARM_TTL_SECONDS="900",
        LAMBDA_ACCOUNT_CONCURRENCY="1000",  # AWS's default; MiniStack's depends on the machine's memory
        AWS_EXECUTION_ENV="AWS_Lambda_python3.13",
        TZ=":UTC",
        IOT_MTLS_ENABLED="0",
        SFTP_ENABLED="0",
        DOCKER_HOST=f"unix://{folder}/no-docker.sock",  # it would remove containers that look like its own
    )
    return processes.start("MiniStack", [sys.executable, "-m", "local.aws"], env, on_line)


def main() -> None:
    """Patch MiniStack, then run it."""
    from ministack.core import lambda_runtime  # type: ignore[import-untyped]

    _bare_python(lambda_runtime, os.environ.pop("EASEL_RUNTIME_PYTHON"))
    _mount(lambda_runtime, Path(tempfile.mkdtemp(prefix="code-")))
    environments.install(lambda_runtime)
    _log_live(lambda_runtime.Worker)
    _limit_responses(lambda_runtime.Worker)
    _apply_concurrency_path()
    _fill_schedule_input()
    _use_stable_bucket_names()
    _accept_any_access_key()
    _pass_parameters_to_sam()
    _apply_cors_rules()
    from ministack.app import main as serve  # type: ignore[import-untyped]

    serve()


def _bare_python(lambda_runtime: Any, python: str) -> None:
    lambda_runtime.sys = SimpleNamespace(executable=python)


def _mount(lambda_runtime: Any, folder: Path) -> None:
    """Unpack each archive once, and link every execution environment to it."""
    lock = threading.Lock()

    class Mounted:
        """The part of `zipfile.ZipFile` that MiniStack uses for a worker."""

        def __init__(self, path: str) -> None:
            self._path = path

        def __enter__(self) -> "Mounted":
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def namelist(self) -> list[str]:
            return []  # MiniStack would check each path, which takes 0.2 s for each environment

        def extractall(self, path: str) -> None:
            with open(self._path, "rb") as archive:
                target = folder / hashlib.file_digest(archive, "sha256").hexdigest()
            with lock:
                if not target.exists():
                    with zipfile.ZipFile(self._path) as archive_of_target:
                        archive_of_target.extractall(unpacking := target.with_suffix(".new"))
                    unpacking.rename(target)
            os.rmdir(path)
            os.symlink(target, path)

    lambda_runtime.zipfile = SimpleNamespace(
        ZipFile=Mounted, BadZipFile=zipfile.BadZipFile, LargeFileError=zipfile.LargeZipFile
    )


def _log_live(worker: Any) -> None:
    """Print a function's output immediately, as `{"function": name, "line": text}`."""

    def read(self: Any) -> None:
        lines, queue = self._proc.stderr, self._stderr_queue
        for line in lines:
            text = line.rstrip("\n")
            queue.put(text)  # MiniStack's own log of the call
            print(json.dumps({"function": self.func_name, "line": text}), flush=True)

    worker._read_stderr = read
    # After each call MiniStack waits 50 ms for a first line. On Lambda a function without output is faster.
    worker._drain_stderr_bounded = functools.partialmethod(worker._drain_stderr_bounded, first_line_wait=0.005)


def _limit_responses(worker: Any) -> None:
    invoke = worker.invoke

    @functools.wraps(invoke)
    def limited(self: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        answer: dict[str, Any] = invoke(self, *args, **kwargs)
        size = len(json.dumps(answer.get("result"), ensure_ascii=False).encode())
        if size <= RESPONSE_LIMIT:
            return answer
        error = f"Response payload size ({size} bytes) exceeded maximum allowed payload size ({RESPONSE_LIMIT} bytes)."
        return {
            "status": "error",
            "error": error,
            "cold_start": answer["cold_start"],
            "log": answer.get("log", ""),
        }

    worker.invoke = limited


def _apply_concurrency_path() -> None:
    """Apply a map's `MaxConcurrencyPath`. Without this, up to 64 children of a distributed map run at once, and all
    items of an inline one."""
    from ministack.services import stepfunctions  # type: ignore[import-untyped]

    run = stepfunctions._run_map_items

    def limited(state: dict[str, Any], raw_input: Any, *rest: Any) -> Any:
        if path := state.get("MaxConcurrencyPath"):
            state = {**state, "MaxConcurrency": int(stepfunctions._resolve_path(path, raw_input))}
        return run(state, raw_input, *rest)

    stepfunctions._run_map_items = limited


def _fill_schedule_input() -> None:
    """Replace EventBridge Scheduler's context attributes in a target's input.

    https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
    """
    from ministack.services import eventbridge

    invoke = eventbridge._invoke_target

    def filled(target: dict[str, Any], event: dict[str, Any], *rest: Any) -> Any:
        text = target.get("Input")
        if event.get("Source") == "aws.scheduler" and isinstance(text, str):
            time = datetime.fromtimestamp(event["Time"], UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            values = {"scheduled-time": time, "execution-id": event["EventId"], "attempt-number": "1",
                      "schedule-arn": event["Resources"][0]}  # fmt: skip
            for name, value in values.items():
                text = text.replace(f"<aws.scheduler.{name}>", value)
            target = {**target, "Input": text}
        return invoke(target, event, *rest)

    eventbridge._invoke_target = filled


def _use_stable_bucket_names() -> None:
    """Give an unnamed bucket the same name in every run, like tables. `sam_local.py` uses the name."""
    from ministack.services.cloudformation import provisioners  # type: ignore[import-untyped]

    bucket = provisioners._RESOURCE_HANDLERS["AWS::S3::Bucket"]
    create = bucket["create"]

    def named(logical_id: str, properties: dict[str, Any], stack_name: str) -> Any:
        name = provisioners._physical_name(stack_name, logical_id, lowercase=True, max_len=63, seeded=False)
        return create(logical_id, {"BucketName": name, **properties}, stack_name)

    bucket["create"] = named


def _accept_any_access_key() -> None:
    """Accept presigned links with unknown access keys, like other calls. Their expiry is still checked."""
    from ministack.services import s3

    verify = s3._verify_presigned_sigv4

    def lenient(*args: Any) -> Any:
        refusal = verify(*args)
        return None if refusal and b"InvalidAccessKeyId" in refusal[2] else refusal

    s3._verify_presigned_sigv4 = lenient


def _pass_parameters_to_sam() -> None:
    """Pass the deployment's parameter values to SAM's transform as defaults. The template's defaults do not change."""
    from ministack.services.cloudformation import changesets, engine

    apply = changesets._apply_transforms

    def applied(template: dict[str, Any], given: list[Any], before: dict[str, Any]) -> Any:
        declared = template.get("Parameters", {})
        values = engine._transform_parameters(template, given, before)
        with_values = {name: {**each, "Default": values.get(name, "")} for name, each in declared.items()}
        processed = apply({**template, "Parameters": with_values}, given, before)
        processed["Parameters"] = declared
        return processed

    changesets._apply_transforms = applied


def _apply_cors_rules() -> None:
    """Apply a bucket's CORS rules to calls and preflights. MiniStack applies them only with AUTH=true.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html
    """
    from ministack import app  # type: ignore[import-untyped]
    from ministack.services import s3

    preflight, dispatch = app._handle_options_request, app._dispatch_service_request

    def preflighted(method: str, path: str, headers: dict[str, str], *rest: Any) -> Any:
        bucket = app._s3_cors_target(headers.get("host", ""), path) if method == "OPTIONS" else None
        return s3.cors_preflight(*bucket, headers) if bucket else preflight(method, path, headers, *rest)

    async def dispatched(method: str, path: str, headers: dict[str, str], *rest: Any) -> Any:
        status, sent, body = await dispatch(method, path, headers, *rest)
        if bucket := app._s3_cors_target(headers.get("host", ""), path):
            sent = {name: value for name, value in sent.items() if not name.lower().startswith("access-control-")}
            sent |= s3.cors_response_headers(bucket[0], method, headers)
        return status, sent, body

    app._handle_options_request, app._dispatch_service_request = preflighted, dispatched


if __name__ == "__main__":
    main()
