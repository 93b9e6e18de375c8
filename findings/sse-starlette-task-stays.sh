#!/usr/bin/env bash
# sse-starlette starts a task for each thread, which waits for the end of the server. The task stays in the event loop
# after the response was sent and the client has disconnected. If an event loop runs one call at a time, as with Mangum
# on Lambda, the task is pending between two calls.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check sse-starlette==3.7.0 starlette==1.10.0 anyio==4.16.0
"$folder/venv/bin/python" - <<'PYTHON'
import asyncio
import platform
from importlib.metadata import version

from sse_starlette.sse import EventSourceResponse
from starlette.responses import StreamingResponse

SCOPE = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""}


async def events():
    yield "data: one\r\n\r\n"


async def call(response) -> list:
    sent, received = [], [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive():
        if received:
            return received.pop()
        await asyncio.sleep(3600)

    async def send(message):
        sent.append(message["type"])

    await response(SCOPE, receive, send)
    return sent


def left_after(kind) -> list:
    loop = asyncio.new_event_loop()
    sent = loop.run_until_complete(call(kind(events())))
    assert sent[0] == "http.response.start", sent
    left = [task.get_coro().__name__ for task in asyncio.all_tasks(loop)]
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()
    return left


print("Python", platform.python_version(), "sse-starlette", version("sse-starlette"), "starlette", version("starlette"))
plain, sse = left_after(StreamingResponse), left_after(EventSourceResponse)
print("tasks after StreamingResponse:", plain, "after EventSourceResponse:", sse)
assert plain == [], plain
assert sse == ["_shutdown_watcher"], sse
PYTHON
echo "OK: a response of sse-starlette leaves its watcher as a pending task in the event loop"
