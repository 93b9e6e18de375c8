#!/usr/bin/env bash
# If the constraint of a number follows a BeforeValidator, pydantic writes the key "ge" into the JSON Schema instead of
# "minimum". Reported for 2.10: https://github.com/pydantic/pydantic/issues/11576
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check pydantic==2.13.5
"$folder/venv/bin/python" - <<'PYTHON'
from typing import Annotated

import pydantic
from pydantic import BaseModel, BeforeValidator, Field, ValidationError

Number = Annotated[int, BeforeValidator(lambda value: value)]


class Model(BaseModel):
    constraint_last: Annotated[int, BeforeValidator(lambda value: value), Field(ge=1)]
    constraint_first: Annotated[int, Field(ge=1), BeforeValidator(lambda value: value)]
    alias_in_annotated: Annotated[Number, Field(ge=1)]
    alias_and_field: Number = Field(ge=1)
    length_last: Annotated[str, BeforeValidator(lambda value: value), Field(max_length=3)]


print(f"pydantic {pydantic.VERSION}")
keys = {}
for name, schema in Model.model_json_schema()["properties"].items():
    print(f"{name}: {schema}")
    keys[name] = schema.keys() - {"title", "type"}

# Every form refuses a number below 1, so only the schema differs.
try:
    Model(constraint_last=0, constraint_first=0, alias_in_annotated=0, alias_and_field=0, length_last="long")
    raise SystemExit("no constraint holds")
except ValidationError as error:
    refused = {item["loc"][0]: item["type"] for item in error.errors()}
print(f"validation: {refused}")
assert refused == dict.fromkeys(list(keys)[:4], "greater_than_equal") | {"length_last": "too_long"}
assert keys["constraint_last"] == keys["alias_in_annotated"] == {"ge"}, "pydantic behaves otherwise now"
assert keys["constraint_first"] == keys["alias_and_field"] == {"minimum"}
assert keys["length_last"] == {"maxLength"}
print('OK: after a BeforeValidator in Annotated, ge=1 becomes "ge" in the JSON Schema; elsewhere it is "minimum".')
PYTHON
