#!/usr/bin/env bash
# OpenAI's two packages treat a long Retry-After differently. openai-python waits up to 120 s, and raises at once for
# more. openai-node waits as long as the header says, here a day, before it tries again: its timeout of 10 minutes is for
# each try and does not cover the wait. The script notes the length of each sleep instead of sleeping. Needs Node too.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check openai==3.57.0 httpx2==2.16.2
npm install --silent --no-audit --no-fund --prefix "$folder/node" openai@6.49.0
cat >"$folder/node/call.mjs" <<'NODE'
import OpenAI from "openai";
import { VERSION } from "openai/version";

const [retryAfter] = process.argv.slice(2);
const setTimer = globalThis.setTimeout;
const waits = [];
let calls = 0;

// Answers "come back later" to the first call. The client's next timer is its sleep.
async function answer() {
  calls += 1;
  if (calls > 1) return Response.json({ created: 1, data: [] });
  globalThis.setTimeout = (action, milliseconds) => {
    waits.push(milliseconds / 1000);
    return setTimer(action, 0);
  };
  return Response.json({ error: { message: "later" } }, { status: 429, headers: { "retry-after": retryAfter } });
}

const client = new OpenAI({ apiKey: "none", fetch: answer });
await client.images.generate({ prompt: "a cat" });
console.log(JSON.stringify({ version: VERSION, calls, sleep: waits[0] }));
NODE
"$folder/venv/bin/python" - "$folder/node/call.mjs" <<'PYTHON'
import json
import subprocess
import sys
import time

import httpx2
import openai

DAY = 86_400
sleeps = []
time.sleep = sleeps.append


def in_python(retry_after):
    """Return the number of calls and the sleep, or the name of the error instead of the sleep."""
    requests = []
    sleeps.clear()

    def answer(request):
        requests.append(request)
        if len(requests) > 1:
            return httpx2.Response(200, json={"created": 1, "data": []})
        return httpx2.Response(429, json={"error": {"message": "later"}}, headers={"retry-after": str(retry_after)})

    http = httpx2.Client(transport=httpx2.MockTransport(answer))
    try:
        openai.OpenAI(api_key="none", http_client=http).images.generate(prompt="a cat")
    except openai.RateLimitError as error:
        return len(requests), type(error).__name__
    return len(requests), sleeps[0]


def in_node(retry_after):
    command = ["node", sys.argv[1], str(retry_after)]
    answer = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return answer["version"], (answer["calls"], answer["sleep"])


found = {}
for seconds in (60, 121, DAY):
    version, in_node_found = in_node(seconds)
    found[seconds] = in_python(seconds), in_node_found
    print(f"Retry-After {seconds}: openai-python {found[seconds][0]}, openai-node {found[seconds][1]} (calls, sleep)")
print(f"openai-python {openai.__version__}, openai-node {version}")
assert found[60] == ((2, 60), (2, 60))
for seconds in (121, DAY):
    assert found[seconds] == ((1, "RateLimitError"), (2, seconds)), "openai behaves otherwise now"
print("OK: above a Retry-After of 120 s openai-python raises at once; openai-node sleeps for all of it, even a day.")
PYTHON
