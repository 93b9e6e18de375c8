#!/usr/bin/env bash
# In moto, a Distributed Map succeeds even if a child execution fails; the child's result is null. On AWS the default
# tolerance is zero, so one failed item fails the Map Run with States.ExceedToleratedFailureThreshold:
# https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
# The same Map in inline mode fails in moto as well. ToleratedFailureCount has no effect.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    'moto[stepfunctions]==5.2.5' boto3==1.44.8
export AWS_ACCESS_KEY_ID=testing AWS_SECRET_ACCESS_KEY=testing AWS_DEFAULT_REGION=us-east-1
"$folder/venv/bin/python" - 2>"$folder/log" <<'PYTHON' || { cat "$folder/log"; exit 1; }
import json
import time

import boto3
import moto

STATES = {
    "Draw": {
        "Type": "Choice",
        "Choices": [{"Variable": "$", "NumericEquals": 2, "Next": "Refuse"}],
        "Default": "Done",
    },
    "Refuse": {"Type": "Fail", "Error": "Refused", "Cause": "no second picture"},
    "Done": {"Type": "Pass", "End": True},
}
INLINE = {"Mode": "INLINE"}
DISTRIBUTED = {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}


def run(name, processor, **fields):
    """Run a Map over three items, of which the second fails. Return the execution's status and output."""
    item = {"ProcessorConfig": processor, "StartAt": "Draw", "States": STATES}
    state = {"Type": "Map", "ItemsPath": "$.pictures", "ItemProcessor": item, "End": True, **fields}
    machine = client.create_state_machine(
        name=name,
        definition=json.dumps({"StartAt": "Map", "States": {"Map": state}}),
        roleArn="arn:aws:iam::123456789012:role/states",
    )["stateMachineArn"]
    started = client.start_execution(stateMachineArn=machine, input=json.dumps({"pictures": [1, 2, 3]}))
    while True:
        execution = client.describe_execution(executionArn=started["executionArn"])
        if execution["status"] != "RUNNING":
            print(f"{name}: {execution['status']}, output {execution.get('output')}, error {execution.get('error')}")
            return execution["status"], execution.get("output")
        time.sleep(0.2)


with moto.mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
    client = boto3.client("stepfunctions")
    print(f"moto {moto.__version__}")
    inline = run("inline", INLINE)
    distributed = run("distributed", DISTRIBUTED)
    none_tolerated = run("none-tolerated", DISTRIBUTED, ToleratedFailureCount=0)
assert inline == ("FAILED", None)
assert distributed == none_tolerated == ("SUCCEEDED", "[1, null, 3]"), "moto behaves otherwise now"
print("OK: moto's Distributed Map succeeds with null for a failed child; an inline Map fails.")
PYTHON
