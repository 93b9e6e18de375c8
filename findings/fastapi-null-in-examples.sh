#!/usr/bin/env bash
# FastAPI drops the null values of objects in the examples of its OpenAPI document.
# Reported in 2022: https://github.com/fastapi/fastapi/issues/5559
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    fastapi==0.165.0 starlette==1.10.0 pydantic==2.13.5
"$folder/venv/bin/python" - <<'PYTHON'
from typing import Annotated

import fastapi
import pydantic
from fastapi import Body, FastAPI
from pydantic import BaseModel

EXAMPLE = {"seed": None, "size": 2, "list": [None]}
NAMED = {"named": {"value": EXAMPLE}}


class Picture(BaseModel):
    model_config = {"json_schema_extra": {"examples": [EXAMPLE]}}

    # The field is required and may be null: an example without it is not valid.
    seed: int | None
    size: int
    list: list


app = FastAPI()


@app.post("/pictures", responses={200: {"content": {"application/json": {"examples": NAMED}}}})
def pictures(picture: Annotated[Picture, Body(openapi_examples=NAMED)]) -> Picture:
    return picture


document = app.openapi()
operation = document["paths"]["/pictures"]["post"]
examples = {
    "openapi_examples": operation["requestBody"]["content"]["application/json"]["examples"]["named"]["value"],
    "responses": operation["responses"]["200"]["content"]["application/json"]["examples"]["named"]["value"],
    "a model's examples": document["components"]["schemas"]["Picture"]["examples"][0],
}
print(f"fastapi {fastapi.__version__}, pydantic {pydantic.VERSION}")
print(f"given: {EXAMPLE}")
for place, example in examples.items():
    print(f"{place}: {example}")
assert Picture.model_json_schema()["examples"] == [EXAMPLE]
assert all(example == {"size": 2, "list": [None]} for example in examples.values()), "FastAPI behaves otherwise now"
print("OK: FastAPI drops an object's null values from each kind of example; pydantic's own JSON Schema keeps them.")
PYTHON
