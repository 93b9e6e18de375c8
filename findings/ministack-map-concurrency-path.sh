#!/usr/bin/env bash
# MiniStack ignores `MaxConcurrencyPath` of a Map, so all items of an inline Map run at the same time. It applies
# `MaxConcurrency`. This script sets both to 1: with `MaxConcurrency` an item starts after the previous one has ended.
# AWS documents them here:
# https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html
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

ENTERED = "$$.State.EnteredTime"
ITEM = {
    "StartAt": "Begin",
    "States": {
        "Begin": {"Type": "Pass", "Parameters": {"begin.$": ENTERED}, "Next": "Draw"},
        "Draw": {"Type": "Wait", "Seconds": 1, "Next": "End"},
        "End": {"Type": "Pass", "Parameters": {"begin.$": "$.begin", "end.$": ENTERED}, "End": True},
    },
}


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


def most_at_once(name, **limit):
    """Run a Map over four items. Return how many ran at once, by the times at which their states were entered."""
    state = {"Type": "Map", "ItemsPath": "$.prompts", **limit, "ItemProcessor": ITEM, "End": True}
    definition = json.dumps({"StartAt": "Map", "States": {"Map": state}})
    role = "arn:aws:iam::123456789012:role/states"
    machine = client.create_state_machine(name=name, definition=definition, roleArn=role)["stateMachineArn"]
    prompts = {"prompts": ["a cat", "a dog", "a fish", "a hen"], "limit": 1}
    execution = client.start_execution(stateMachineArn=machine, input=json.dumps(prompts))["executionArn"]
    while (described := client.describe_execution(executionArn=execution))["status"] == "RUNNING":
        time.sleep(0.2)
    assert described["status"] == "SUCCEEDED", described
    items = json.loads(described["output"])
    most = max(sum(each["begin"] <= item["begin"] < each["end"] for each in items) for item in items)
    print(f"{limit}: {most} of 4 items at once")
    return most


server, url = serve()
try:
    print(f"ministack {importlib.metadata.version('ministack')}")
    client = boto3.client("stepfunctions", endpoint_url=url)
    fixed = most_at_once("fixed", MaxConcurrency=1)
    by_path = most_at_once("by-path", MaxConcurrencyPath="$.limit")
finally:
    server.terminate()
    server.wait()
assert fixed == 1
assert by_path > 1, "MiniStack behaves otherwise now"
print("OK: MiniStack applies MaxConcurrency of an inline Map, and ignores MaxConcurrencyPath.")
PYTHON
