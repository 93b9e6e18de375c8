#!/usr/bin/env bash
# moto applies a DynamoDB transaction again for each call with the same ClientRequestToken, even with other content.
# DynamoDB remembers a token for ten minutes: a repeated call changes nothing, and a call with other parameters raises
# IdempotentParameterMismatchException:
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
# So a test with moto does not show whether code counts once or twice after a lost response.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check 'moto[dynamodb]==5.2.5' boto3==1.44.8
export AWS_ACCESS_KEY_ID=testing AWS_SECRET_ACCESS_KEY=testing AWS_DEFAULT_REGION=us-east-1
"$folder/venv/bin/python" - <<'PYTHON'
import boto3
import moto

KEY = {"name": {"S": "pictures"}}


def add(number):
    """Add to the counter in a transaction, always with the same token. Return the counter."""
    update = {
        "TableName": "counters",
        "Key": KEY,
        "UpdateExpression": "ADD #value :number",
        "ExpressionAttributeNames": {"#value": "value"},
        "ExpressionAttributeValues": {":number": {"N": str(number)}},
    }
    client.transact_write_items(TransactItems=[{"Update": update}], ClientRequestToken="one-token")
    value = client.get_item(TableName="counters", Key=KEY, ConsistentRead=True)["Item"]["value"]["N"]
    print(f"ADD {number} with the same token: the counter is {value}")
    return value


with moto.mock_aws():
    client = boto3.client("dynamodb")
    print(f"moto {moto.__version__}, boto3 {boto3.__version__}")
    client.create_table(
        TableName="counters",
        KeySchema=[{"AttributeName": "name", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "name", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    counters = [add(1), add(1), add(5)]
assert counters == ["1", "2", "7"], "moto behaves otherwise now"
print("OK: moto ignores a transaction's ClientRequestToken: a repeated call counts again, other content is accepted.")
PYTHON
