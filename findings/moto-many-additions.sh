#!/usr/bin/env bash
# DynamoDB allows 300 operators in an update expression. moto parses an expression by recursion: an update with 100
# additions succeeds, and one with 250 fails. A transaction is cancelled with this failure as the reason.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check "moto[dynamodb]==5.2.5" boto3==1.44.0
AWS_ACCESS_KEY_ID=a AWS_SECRET_ACCESS_KEY=b AWS_DEFAULT_REGION=us-east-1 "$folder/venv/bin/python" - <<'PYTHON'
import platform
from importlib.metadata import version

import boto3
from botocore.exceptions import ClientError
from moto import mock_aws


def add(client, number: int) -> str:
    update = {
        "TableName": "counts",
        "Key": {"id": {"S": str(number)}},
        "UpdateExpression": "ADD " + ", ".join(f"#n{each} :one" for each in range(number)),
        "ExpressionAttributeNames": {f"#n{each}": f"n{each}" for each in range(number)},
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    }
    try:
        client.transact_write_items(TransactItems=[{"Update": update}])
    except ClientError as error:
        return "; ".join(str(each.get("Message")) for each in error.response.get("CancellationReasons", [])) or str(error)
    return f"{len(client.get_item(TableName='counts', Key=update['Key'])['Item']) - 1} attributes"


print("Python", platform.python_version(), "moto", version("moto"))
with mock_aws():
    client = boto3.client("dynamodb")
    client.create_table(
        TableName="counts",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    results = {number: add(client, number) for number in (100, 250)}
    print(results)
assert results[100] == "100 attributes", results
assert "recursion" in results[250].lower(), results
PYTHON
echo "OK: moto adds 100 attributes in one update, and fails for 250 with a recursion error"
