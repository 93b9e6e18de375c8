#!/usr/bin/env bash
# If a route declares a body and Request.json() raises an exception, FastAPI returns its own 400. It does not call the
# application's handler for that exception. A custom request class is FastAPI's documented way to read a body:
# https://fastapi.tiangolo.com/how-to/custom-request-and-route/
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    fastapi==0.165.0 starlette==1.10.0 pydantic==2.13.5 httpx2==2.16.2
"$folder/venv/bin/python" - <<'PYTHON'
import fastapi
import starlette
from fastapi import APIRouter, FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient


class StorageUnavailable(Exception):
    """The server cannot read a body that it keeps elsewhere. The client did nothing wrong."""


class StoredRequest(Request):
    async def json(self):
        if self.url.query == "http":
            raise HTTPException(503, "from an HTTPException")
        raise StorageUnavailable


class StoredRoute(APIRoute):
    def get_route_handler(self):
        handler = super().get_route_handler()

        async def handle(request):
            return await handler(StoredRequest(request.scope, request.receive))

        return handle


app = FastAPI()
router = APIRouter(route_class=StoredRoute)


@app.exception_handler(StorageUnavailable)
def storage_unavailable(request, error):
    return JSONResponse({"detail": "from the application's handler"}, 503)


@router.post("/declared")
async def declared(body: dict):
    return body


@router.post("/by-hand")
async def by_hand(request: Request):
    return await request.json()


app.include_router(router)
client = TestClient(app)
answers = {}
for address in ("/declared", "/by-hand", "/declared?http"):
    response = client.post(address, json={"size": 2})
    answers[address] = (response.status_code, response.json()["detail"])
print(f"fastapi {fastapi.__version__}, starlette {starlette.__version__}")
for address, answer in answers.items():
    print(f"{address}: {answer}")
assert answers["/by-hand"] == (503, "from the application's handler")
assert answers["/declared?http"] == (503, "from an HTTPException")
assert answers["/declared"] == (400, "There was an error parsing the body"), "FastAPI behaves otherwise now"
print("OK: with a declared body, an exception of Request.json() is a 400 without its handler, except HTTPException.")
PYTHON
