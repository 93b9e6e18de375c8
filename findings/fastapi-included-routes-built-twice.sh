#!/usr/bin/env bash
# FastAPI builds the routes of an included router twice: when they are declared, and again at the first request. So the
# first request builds all routes, including those that it does not use.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    fastapi==0.165.0 starlette==1.10.0 pydantic==2.13.5 httpx2==2.16.2
"$folder/venv/bin/python" - <<'PYTHON'
import fastapi
import pydantic
import starlette
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient
from pydantic_core import core_schema

builds = []


class Size:
    """A parameter's type that notes each time that pydantic builds a validator for it."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source, handler):
        builds.append(source)
        return core_schema.int_schema()


def add_routes(router):
    @router.get("/used")
    def used(size: Size):
        return size

    @router.get("/unused")
    def unused(size: Size):
        return size


def count_builds(app):
    counts = {"declared": len(builds)}
    with TestClient(app) as client:
        counts["started"] = len(builds)
        for step in ("first request", "second request"):
            assert client.get("/used?size=2").json() == 2
            counts[step] = len(builds)
    builds.clear()
    return counts


direct = FastAPI()
add_routes(direct)
direct_counts = count_builds(direct)

router = APIRouter()
add_routes(router)
included = FastAPI()
included.include_router(router)
included_counts = count_builds(included)

print(f"fastapi {fastapi.__version__}, starlette {starlette.__version__}, pydantic {pydantic.VERSION}")
print(f"validators built for two routes of the application: {direct_counts}")
print(f"validators built for two routes of an included router: {included_counts}")
assert list(direct_counts.values()) == [2, 2, 2, 2]
assert list(included_counts.values()) == [2, 2, 4, 4], "FastAPI behaves otherwise now"
print("OK: the first request builds every route of an included router again; routes of the application are built once.")
PYTHON
