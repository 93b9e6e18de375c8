#!/usr/bin/env bash
# moto's DynamoDB returns a number as it was sent, with leading and trailing zeros. DynamoDB trims them: "Leading and
# trailing zeroes are trimmed" (HowItWorks.NamingRulesDataTypes in its Developer Guide). In conditions moto compares the
# values. So a test that compares the text of a number can pass with moto, although AWS returns another text.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check 'moto[dynamodb]==5.2.5' boto3==1.43.106
AWS_ACCESS_KEY_ID=none AWS_SECRET_ACCESS_KEY=none AWS_DEFAULT_REGION=us-east-1 "$folder/venv/bin/python" - <<'PYTHON'
import boto3
import moto

CASES = (("1.50", "1.5"), ("7.0", "7"), ("007", "7"))
with moto.mock_aws():
    client = boto3.client("dynamodb")
    client.create_table(
        TableName="numbers",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    key = {"id": {"S": "one"}}
    read = {}
    for sent, trimmed in CASES:
        client.put_item(TableName="numbers", Item={**key, "n": {"N": sent}})
        read[sent] = client.get_item(TableName="numbers", Key=key)["Item"]["n"]["N"]
        client.delete_item(  # raises unless the condition holds
            TableName="numbers",
            Key=key,
            ConditionExpression="n = :trimmed",
            ExpressionAttributeValues={":trimmed": {"N": trimmed}},
        )
print(f"moto {moto.__version__}: sent and read: {read}")
assert read == {sent: sent for sent, _ in CASES}, "moto trims zeros now"
print("OK: moto returns a number with the zeros that were sent, and compares its value in conditions.")
PYTHON
