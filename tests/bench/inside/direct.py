# mypy: ignore-errors
"""`direct.py COUNT`: milliseconds of processor time of a bare call to Gitee AI, without and with the download.

The calls use httpx2 and kept connections, as Easel does. Prints two lists.
"""

import json
import os
import sys
import time

import calls
import httpx2

client = httpx2.Client()
body = {"model": "z-image-turbo", "prompt": calls.PROMPT, "width": 512, "height": 512, "response_format": "url"}
sent = json.dumps({**body, "seed": 7, "num_inference_steps": 9}).encode()
headers = {"Authorization": "Bearer token", "Content-Type": "application/json"}


def took(began):
    return 1000 * (time.process_time() - began)


asked, fetched = [], []
for _ in range(int(sys.argv[1])):
    began = time.process_time()
    answer = client.post(os.environ["GITEE_BASE_URL"] + "/images/generations", content=sent, headers=headers)
    link = answer.json()["data"][0]["url"]
    asked.append(took(began))
    assert client.get(link).content
    fetched.append(took(began))
print(json.dumps([asked, fetched]))
