#!/usr/bin/env bash
# MiniStack runs a Distributed Map with JSONata as if it used JSONPath. It ignores Items, so the whole input is a single
# item. The child gets the unevaluated expressions of ItemSelector as text. The execution succeeds. The same Map works
# in inline mode. MiniStack also ignores ItemBatcher and ResultWriter. AWS documents these fields here:
# https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check ministack==1.5.33 boto3==1.43.106
export AWS_ACCESS_KEY_ID=testing AWS_SECRET_ACCESS_KEY=testing AWS_DEFAULT_REGION=us-east-1 HOME="$folder"
"$folder/venv/bin/python" - "$folder/log" <<'PYTHON'
import importlib.metadata
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request

import boto3

PASS = {"StartAt": "Draw", "States": {"Draw": {"Type": "Pass", "End": True}}}
MODES = {
    "inline": {"Mode": "INLINE"},
    "distributed": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
}
SELECTOR = {"prompt": "{% $states.context.Map.Item.Value %}"}
INPUT = {"prompts": ["a cat", "a dog"]}


def serve():
    """Start MiniStack on a free port. Return its process and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "GATEWAY_PORT": str(port), "IOT_MTLS_ENABLED": "0"}
    with open(sys.argv[1], "w") as log:
        command = [sys.executable, "-m", "ministack"]
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    while server.poll() is None:
        try:
            urllib.request.urlopen(f"{url}/_ministack/health")
            return server, url
        except OSError:
            time.sleep(0.5)
    raise SystemExit("MiniStack did not start")


def run(name, definition):
    """Run a state machine. Return the output of an execution that succeeded."""
    machine = client.create_state_machine(
        name=name, definition=json.dumps(definition), roleArn="arn:aws:iam::123456789012:role/states"
    )["stateMachineArn"]
    started = client.start_execution(stateMachineArn=machine, input=json.dumps(INPUT))
    while True:
        execution = client.describe_execution(executionArn=started["executionArn"])
        if execution["status"] != "RUNNING":
            print(f"{name}: {execution['status']} {execution.get('output')}")
            assert execution["status"] == "SUCCEEDED", "MiniStack behaves otherwise now"
            return json.loads(execution["output"])
        time.sleep(0.2)


def in_jsonata(mode):
    fields = {"Items": "{% $states.input.prompts %}", "ItemSelector": SELECTOR}
    state = {"Type": "Map", **fields, "ItemProcessor": {"ProcessorConfig": MODES[mode], **PASS}, "End": True}
    return {"QueryLanguage": "JSONata", "StartAt": "Map", "States": {"Map": state}}


def in_jsonpath(**fields):
    processor = {"ProcessorConfig": MODES["distributed"], **PASS}
    state = {"Type": "Map", "ItemsPath": "$.prompts", **fields, "ItemProcessor": processor, "End": True}
    return {"StartAt": "Map", "States": {"Map": state}}


server, url = serve()
try:
    print(f"ministack {importlib.metadata.version('ministack')}, input {INPUT}")
    client = boto3.client("stepfunctions", endpoint_url=url)
    inline = run("inline", in_jsonata("inline"))
    distributed = run("distributed", in_jsonata("distributed"))
    batches = run("batches", in_jsonpath(ItemBatcher={"MaxItemsPerBatch": 2}))
    place = {"Bucket": "results", "Prefix": "pictures"}
    writer = {"Resource": "arn:aws:states:::s3:putObject", "Parameters": place}
    s3 = boto3.client("s3", endpoint_url=url)
    s3.create_bucket(Bucket="results")
    written = run("results", in_jsonpath(ResultWriter=writer))
    files = s3.list_objects_v2(Bucket="results")["KeyCount"]
    print(f"results: {files} objects in the bucket")
finally:
    server.terminate()
    server.wait()
assert inline == [{"prompt": "a cat"}, {"prompt": "a dog"}]
assert distributed == [SELECTOR], "MiniStack behaves otherwise now"
assert batches == written == INPUT["prompts"] and files == 0, "MiniStack behaves otherwise now"
print("OK: MiniStack's Distributed Map ignores JSONata's Items and expressions, ItemBatcher and ResultWriter.")
PYTHON
