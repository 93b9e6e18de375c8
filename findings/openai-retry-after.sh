#!/usr/bin/env bash
# openai-node 7 ignores a Retry-After above 60 s, and retries after half a second. Up to 60 s it waits as long as the
# header says. openai-python waits up to 120 s, and raises at once if the header says more. openai-node 6, which npm
# installs for Node below 22, waits for any time, here a day. The script records the length of each sleep instead of
# sleeping. Needs Node as well.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check openai==3.57.0 httpx2==2.16.2
npm install --silent --no-audit --no-fund --prefix "$folder" openai7@npm:openai@7.59.0 openai6@npm:openai@6.49.0
cat >"$folder/call.mjs" <<'NODE'
const [name, retryAfter] = process.argv.slice(2);
const { default: OpenAI } = await import(name);
const { VERSION } = await import(`${name}/version`);
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
"$folder/venv/bin/python" - "$folder/call.mjs" <<'PYTHON'
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


def in_node(name, retry_after):
    command = ["node", sys.argv[1], name, str(retry_after)]
    answer = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    versions[name] = answer["version"]
    return answer["calls"], answer["sleep"]


versions = {"openai-python": openai.__version__}
found = {}
for seconds in (60, 61, 121, DAY):
    found[seconds] = in_python(seconds), in_node("openai7", seconds), in_node("openai6", seconds)
    print(f"Retry-After {seconds}, calls and sleep: Python {found[seconds][0]}, Node {found[seconds][1:]}")
print(versions)
assert found[60] == ((2, 60), (2, 60), (2, 60))
assert found[61][0] == (2, 61)
for seconds in (61, 121, DAY):
    _, (calls, sleep), older = found[seconds]
    assert calls == 2 and sleep < 1, "openai-node 7 behaves otherwise now"
    assert older == (2, seconds), "openai-node 6 behaves otherwise now"
for seconds in (121, DAY):
    assert found[seconds][0] == (1, "RateLimitError"), "openai-python behaves otherwise now"
print("OK: above a Retry-After of 60 s openai-node 7 retries within a second; openai-python waits, or raises at once.")
PYTHON
