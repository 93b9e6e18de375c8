#!/usr/bin/env bash
# If a FastAPI body has an alias and its model defers its build, pydantic warns at the first request, not when the route
# is declared. The warning says that the alias has no effect, but the alias works. If warnings are errors, the
# application starts and the first request fails.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    fastapi==0.165.0 starlette==1.10.0 pydantic==2.14.4 httpx2==2.16.2
"$folder/venv/bin/python" - <<'PYTHON'
import warnings
from typing import Annotated

import fastapi
import pydantic
from fastapi import Body, FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel, ConfigDict
from pydantic.warnings import UnsupportedFieldAttributeWarning


def watch(action):
    """Call it. Return its result and how many of pydantic's warnings it raised."""
    with warnings.catch_warnings(record=True) as raised:
        warnings.simplefilter("always")
        result = action()
    return result, sum(issubclass(warning.category, UnsupportedFieldAttributeWarning) for warning in raised)


def application(defer):
    class Picture(BaseModel):
        model_config = ConfigDict(defer_build=defer)

        size: int

    app = FastAPI()

    @app.post("/")
    def post(picture: Annotated[Picture, Body(alias="image")], seed: Annotated[int, Body()] = 0):
        return picture.size

    return app


BODY = {"image": {"size": 2}}
print(f"fastapi {fastapi.__version__}, pydantic {pydantic.VERSION}")
counts = {}
for defer in (False, True):
    app, at_start = watch(lambda: application(defer))
    client = TestClient(app)
    answer, at_first = watch(lambda: client.post("/", json=BODY))
    _, at_second = watch(lambda: client.post("/", json=BODY))
    counts[defer] = at_start, at_first, at_second
    print(f"defer_build={defer}: warnings at the declaration and two requests: {counts[defer]}; {answer.json()=}")
    assert answer.json() == 2, "the alias does not work"
client = TestClient(application(True))
with warnings.catch_warnings():
    warnings.simplefilter("error")
    try:
        client.post("/", json=BODY)
        failure = None
    except UnsupportedFieldAttributeWarning as warning:
        failure = warning
print(f"where warnings are errors: {str(failure)[:106]}")
assert counts[False] == (0, 0, 0)
assert counts[True] == (0, 1, 0), "pydantic behaves otherwise now"
assert "no effect" in str(failure)
print("OK: with defer_build, the first request warns that a body's alias has no effect; the alias works.")
PYTHON
