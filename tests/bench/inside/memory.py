# mypy: ignore-errors
"""`memory.py MODULE COUNT [PROMPT]`: the process's peak memory in MB after the import and after COUNT generations.

PROMPT replaces the default prompt. A Space's picture is then fetched from Gitee AI's emulator, which makes pictures
as large as the prompt requests.
"""

import importlib
import sys
from pathlib import Path

import calls


def peak():
    status = Path("/proc/self/status").read_text()  # getrusage begins with the parent process's peak
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    module, count = sys.argv[1], int(sys.argv[2])
    calls.PROMPT = (sys.argv[3:] or [calls.PROMPT])[0]
    handler = importlib.import_module(module).handler
    imported = peak()
    if module == "huggingface" and sys.argv[3:]:
        import os

        import httpx2

        from easel.providers import generated_images
        from easel.providers.downloads import MAX_IMAGE

        url, asked = os.environ["GITEE_BASE_URL"] + "/images/generations", {"model": "z-image-turbo", "seed": 7}
        asked |= {"prompt": calls.PROMPT, "width": 512, "height": 512, "response_format": "url"}
        reply = httpx2.post(url, json=asked, headers={"Authorization": "Bearer token"}).json()
        link = reply["data"][0]["url"]
        generated_images.fetch = lambda _, __, ___, http, deadline, ____: (
            http.get(link, deadline, limit=MAX_IMAGE).content
        )
    for number in range(count):
        event = calls.generate() if module == "router" else calls.job(module, number)
        answer = handler(event, calls.Context())
        assert answer.get("statusCode") == 200 or answer.get("status") == "succeeded", answer
    print(f"[{imported}, {peak()}]")
