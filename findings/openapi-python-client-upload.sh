#!/usr/bin/env bash
# openapi-python-client generates a text field for an upload of FastAPI. FastAPI describes an UploadFile with
# "contentMediaType", as OpenAPI 3.1 does; older versions wrote "format: binary". The generator supports only the
# latter, and does not warn. The generated client sends the repr of the bytes in a part without a file name, and FastAPI
# returns 422. So an update of FastAPI breaks a regenerated client. @hey-api/openapi-ts and orval support both forms.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    fastapi==0.165.0 python-multipart==0.0.34 openapi-python-client==0.29.1 httpx==0.28.1
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import asyncio
import importlib
import io
import json
import os
import subprocess
import sys
from importlib.metadata import version
from typing import Annotated

import httpx
from fastapi import FastAPI, Form, UploadFile

PICTURE = b"\x89PNG\r\n\x1a\n"
FILE = {"type": "string", "contentMediaType": "application/octet-stream"}
sys.path.insert(0, ".")
app = FastAPI()


@app.post("/edit", operation_id="edit")
async def edit(image: UploadFile, prompt: Annotated[str, Form()]) -> dict[str, str]:
    return {"received": repr(await image.read())}


def generate(name, document):
    """Generate a client. Return the function of the route, the model of its body and the module of types."""
    with open(f"{name}.json", "w") as file:
        json.dump(document, file)
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none"]
    path = f"{os.path.dirname(sys.executable)}:{os.environ['PATH']}"
    command += ["--path", f"{name}.json", "--output-path", name]
    run = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, "PATH": path})
    print(f"{name}: {run.stdout.strip()}")
    assert "Warning" not in run.stdout + run.stderr, run
    modules = (f"{name}.client", f"{name}.api.default.edit", f"{name}.models.body_edit", f"{name}.types")
    return [importlib.import_module(each) for each in modules]


def send(modules, image):
    """Send an edit with the generated client. Return the status and the received form."""
    seen = []

    async def note(request):
        seen.append(await request.aread())

    client, route, model, _ = modules
    options = {"transport": httpx.ASGITransport(app=app), "event_hooks": {"request": [note]}}
    made = client.Client(base_url="http://localhost", httpx_args=options)
    answer = asyncio.run(route.asyncio_detailed(client=made, body=model.BodyEdit(image=image, prompt="a cat")))
    print(f"  image: {model.BodyEdit.__annotations__['image']}, sent as {seen[0].splitlines()[1:5]}")
    print(f"  {int(answer.status_code)} {answer.content.decode()}")
    return int(answer.status_code), answer.content


print(f"fastapi {version('fastapi')}, openapi-python-client {version('openapi-python-client')}")
document = app.openapi()
described = document["components"]["schemas"]["Body_edit"]["properties"]["image"]
print(f"FastAPI describes: {described}")
assert described == {**FILE, "title": "Image"}, "FastAPI behaves otherwise now"
as_described = generate("as_described", document)
older = json.loads(json.dumps(document).replace(json.dumps(FILE)[1:-1], '"type": "string", "format": "binary"'))
as_before = generate("as_before", older)
status, _ = send(as_described, PICTURE)
assert as_described[2].BodyEdit.__annotations__["image"] == "str", "openapi-python-client behaves otherwise now"
assert status == 422, "openapi-python-client behaves otherwise now"
status, content = send(as_before, as_before[3].File(io.BytesIO(PICTURE), "cat.png", "image/png"))
assert status == 200 and json.loads(content) == {"received": repr(PICTURE)}
print("OK: a client of openapi-python-client for FastAPI's document sends a picture as text, and gets a 422.")
PYTHON
