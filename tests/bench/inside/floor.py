# mypy: ignore-errors
"""`floor.py call` or `floor.py app`: seconds of the shortest possible cold start: import and answer.

`call`: httpx2 requests a picture from Gitee AI and fetches it. `app`: FastAPI on Mangum with one route.
"""

import sys
import time

import calls  # every subject does the same

if sys.argv[1] == "call":
    import os

    began = time.perf_counter()
    import httpx2

    imported = time.perf_counter() - began
    began = time.perf_counter()
    client = httpx2.Client()
    body = {"model": "z-image-turbo", "prompt": calls.PROMPT, "width": 512, "height": 512, "response_format": "url"}
    body["seed"] = 7
    headers = {"Authorization": "Bearer token"}
    made = client.post(os.environ["GITEE_BASE_URL"] + "/images/generations", json=body, headers=headers).json()
    assert client.get(made["data"][0]["url"]).status_code == 200
else:
    began = time.perf_counter()
    import fastapi
    import mangum

    imported = time.perf_counter() - began
    began = time.perf_counter()
    app = fastapi.FastAPI()

    @app.get("/api")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    answer = mangum.Mangum(app, lifespan="off")(calls.http("GET", "/api"), calls.Context())
    assert answer["statusCode"] == 200
print(f"[{imported}, {time.perf_counter() - began}]")
