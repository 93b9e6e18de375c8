#!/usr/bin/env bash
# MiniStack's CloudFormation keeps a number in the environment of a Lambda function as a number, and then the function
# cannot start: each invocation is answered with an error. AWS passes the variable as a text. With quotes in the template
# the function works in both. AWS documents the variables as a map of texts:
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-environment.html
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

CODE = "import os\ndef handler(event, context):\n    return os.environ['PIXELS']\n"


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


def answer(name, value):
    """Deploy a function with PIXELS in its environment. Return its answer to an invocation."""
    function = {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "FunctionName": name,
            "Runtime": f"python{sys.version_info.major}.{sys.version_info.minor}",
            "Handler": "index.handler",
            "Role": "arn:aws:iam::123456789012:role/function",
            "Code": {"ZipFile": CODE},
            "Environment": {"Variables": {"PIXELS": value}},
        },
    }
    cloudformation = boto3.client("cloudformation", endpoint_url=url)
    cloudformation.create_stack(StackName=name, TemplateBody=json.dumps({"Resources": {"Function": function}}))
    while (state := cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]).endswith("PROGRESS"):
        time.sleep(0.2)
    assert state == "CREATE_COMPLETE", state
    invoked = boto3.client("lambda", endpoint_url=url).invoke(FunctionName=name)
    answered = json.loads(invoked["Payload"].read())
    print(f"PIXELS: {value!r}: {answered}"[:200])
    return answered


server, url = serve()
try:
    print(f"ministack {importlib.metadata.version('ministack')}")
    text, number = answer("text", "1024"), answer("number", 1024)
finally:
    server.terminate()
    server.wait()
assert text == "1024"
assert number != "1024", "MiniStack behaves otherwise now"
print("OK: With a number in its environment, a function of MiniStack's CloudFormation answers with an error.")
PYTHON
