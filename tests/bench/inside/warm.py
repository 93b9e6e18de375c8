# mypy: ignore-errors
"""`warm.py COUNT`: router and Gitee handler in one process, which also emulates AWS, and direct calls, interleaved.

Prints seconds per call: `ours`, `unstored` (the provider's link is returned, nothing is fetched or stored), `direct`
(the upstream POST), `fetched` (POST and picture), `health`, `models`, `bare` (FastAPI on Mangum with one route), and
`aws`, the AWS calls of one generation.
"""

import asyncio
import json
import os
import random
import sys
import time
import warnings
from collections import Counter
from io import BytesIO

import calls
import fastapi
import httpx2
import mangum
from botocore.awsrequest import AWSResponse

import gitee
import router
from easel.common import aws
from easel.providers import generated_images
from easel.store.records import Result

warnings.simplefilter("ignore")
asyncio.set_event_loop(asyncio.new_event_loop())
count = int(sys.argv[1])
seen = Counter()


def answer(params, event_name, **_):
    """Emulate AWS: an invoked function runs here, and all other calls succeed."""
    _, service, operation = event_name.split(".")
    seen[f"{service}.{operation}"] += 1
    body = {}
    if service == "lambda":
        body["Payload"] = BytesIO(json.dumps(gitee.handler(json.loads(params["body"]), calls.Context())).encode())
    return AWSResponse(params["url"], 200, {}, None), body


for client in (aws.dynamodb(), aws.s3(), aws.lambda_()):
    client.meta.events.register_first("before-call", answer)

keep = generated_images.fetch_and_store


def handed_on(job, picture, token, http, deadline, started):
    facts = {"format": "PNG", "width": 512, "height": 512, "seed": 0, "seconds": time.time() - started}
    return Result(url=picture.url, **facts), ()


app = fastapi.FastAPI()


@app.get("/api")
async def health() -> dict[str, str]:
    return {"status": "ok"}


bare = mangum.Mangum(app, lifespan="off")
client = httpx2.Client(headers={"Authorization": "Bearer token"})
url = os.environ["GITEE_BASE_URL"] + "/images/generations"
wanted = {"model": "z-image-turbo", "prompt": calls.PROMPT, "width": 512, "height": 512, "num_inference_steps": 9}
wanted |= {"response_format": "url", "seed": 7}


def ask(handler, event):
    answer = handler(event, calls.Context())
    assert answer["statusCode"] == 200, answer


def unstored():
    generated_images.fetch_and_store = handed_on
    try:
        ask(router.handler, calls.generate())
    finally:
        generated_images.fetch_and_store = keep


def called():
    return client.post(url, json=wanted).json()["data"][0]["url"]


subjects = {
    "ours": lambda: ask(router.handler, calls.generate()),
    "unstored": lambda: unstored(),
    "direct": called,
    "fetched": lambda: client.get(called()).read(),
    "health": lambda: ask(router.handler, calls.http("GET", "/api")),
    "models": lambda: ask(router.handler, calls.http("GET", "/api/models")),
    "bare": lambda: ask(bare, calls.http("GET", "/api")),
}
for subject in subjects.values():
    subject()
seen.clear()
subjects["ours"]()
counts = {"aws": dict(seen)}
took = {name: [] for name in subjects}
for _ in range(count):
    # The order changes each time. On a busy machine, the call after a long one waits.
    for name, subject in random.sample(list(subjects.items()), len(subjects)):
        began = time.perf_counter()
        subject()
        took[name].append(time.perf_counter() - began)
print(json.dumps({**counts, **took}))
