"""Runs in the clients' own environment: reads the cases of one client as JSON, prints each one's outcome as JSON.

A case has `name`, `url`, `key`, `model`, `prompt`, `format` and `switch`; an outcome `picture` or `error`. Clients are
as they are by default, unless `switch` is set.
"""
# mypy: ignore-errors

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
AT_ONCE = 2


def _chosen(case):
    return {"response_format": case["format"]} if case["format"] else {}


def _body(case):
    return {"model": case["model"], "prompt": case["prompt"], **_chosen(case)}


def _headers(case):
    return {"Authorization": f"Bearer {case['key']}", "Content-Type": "application/json"}


def _picture(case, status, text):
    if status != 200:
        raise ValueError(f"HTTP {status}: {text[:200]}")
    return json.loads(text)["data"][0][case["format"] or "url"]


def openai_python(case, **options):
    from openai import OpenAI

    client = OpenAI(base_url=case["url"], api_key=case["key"], **options)
    (entry,) = client.images.generate(**_body(case), size="256x256").data
    return entry.b64_json if case["format"] == "b64_json" else entry.url


def openai_stream(case):
    from openai import OpenAI

    client = OpenAI(base_url=case["url"], api_key=case["key"])
    *_, last = client.images.generate(**_body(case), stream=True, partial_images=2)
    assert last.type == "image_generation.completed", last
    return last.b64_json


def openai_task(case):
    from openai import OpenAI

    client = OpenAI(base_url=case["url"], api_key=case["key"])
    task_id = client.images.generate(**_body(case), extra_body={"async": True}).data[0].task_id
    while True:
        task = client.get(f"/tasks/{task_id}", cast_to=object)["data"]
        if task["status"] == "completed":
            return task["result"]["data"][0][case["format"] or "url"]
        if task["status"] in ("failed", "cancelled"):
            raise ValueError(task["error"])
        time.sleep(1)


def openai_httpx(case):
    import httpx2

    with httpx2.Client(timeout=300, **({"follow_redirects": True} if case["switch"] else {})) as own:
        return openai_python(case, http_client=own)


def litellm(case):
    from litellm import image_generation

    # It refuses `response_format` for models that it does not know, so it is not sent.
    answer = image_generation(
        model=f"openai/{case['model']}", prompt=case["prompt"], api_base=case["url"], api_key=case["key"]
    )
    return answer.data[0].b64_json if case["format"] == "b64_json" else answer.data[0].url


def pydantic_ai(case):
    from pydantic_ai.images.openai import OpenAIImageGenerationModel
    from pydantic_ai.providers.openai import OpenAIProvider

    async def run():
        options = {}
        if case["switch"]:
            import httpx2

            options["http_client"] = httpx2.AsyncClient(follow_redirects=True, timeout=300)
        provider = OpenAIProvider(base_url=case["url"], api_key=case["key"], **options)
        return await OpenAIImageGenerationModel(case["model"], provider=provider).generate(case["prompt"])

    return asyncio.run(run()).image.data


def haystack(case):
    from haystack.components.generators import OpenAIImageGenerator
    from haystack.utils import Secret

    generator = OpenAIImageGenerator(
        model=case["model"], api_key=Secret.from_token(case["key"]), api_base_url=case["url"], timeout=300
    )
    return generator.run(case["prompt"])["images"][0]


def langchain(case):
    from langchain_community.utilities.dalle_image_generator import DallEAPIWrapper

    wrapper = DallEAPIWrapper(model=case["model"], api_key=case["key"], base_url=case["url"], size="512x512")
    return wrapper.run(case["prompt"])


def agno(case):
    from agno.tools.dalle import DalleTools

    answer = DalleTools(model=case["model"], api_key=case["key"]).create_image(case["prompt"])
    if not answer.images:
        raise ValueError(answer.content)
    return answer.images[0].url


def llama_index(case):
    from llama_index.tools.openai.image_generation.base import OpenAIImageGenerationToolSpec

    with tempfile.TemporaryDirectory() as folder:
        spec = OpenAIImageGenerationToolSpec(api_key=case["key"], cache_dir=folder)
        return spec.image_generation(case["prompt"], model=case["model"], download=case["format"] == "b64_json")


def llm_openai_images(case):
    from llm_openai_images import OpenAIImageModel

    with tempfile.TemporaryDirectory() as folder:
        return OpenAIImageModel(case["model"]).prompt(case["prompt"], key=case["key"], output=folder).text()


def llm_apimaster(case):
    with tempfile.TemporaryDirectory() as folder:
        options = ["-m", case["model"], "--key", case["key"], "--base-url", case["url"], "-o", f"{folder}/cat.png"]
        command = [sys.executable, "-m", "llm", "apimaster", "image", case["prompt"], *options]
        run = subprocess.run(command, capture_output=True, text=True)
        if run.returncode:
            raise ValueError(run.stderr)
        return os.path.getsize(f"{folder}/cat.png")


def requests(case):
    import requests

    answer = requests.post(f"{case['url']}/images/generations", json=_body(case), headers=_headers(case))
    return _picture(case, answer.status_code, answer.text)


def aiohttp(case):
    import aiohttp

    async def run():
        url, sent = f"{case['url']}/images/generations", {"json": _body(case), "headers": _headers(case)}
        async with aiohttp.ClientSession() as session, session.post(url, **sent) as answer:
            return _picture(case, answer.status, await answer.text())

    return asyncio.run(run())


def urllib3(case):
    import urllib3

    with urllib3.PoolManager() as pool:
        url = f"{case['url']}/images/generations"
        answer = pool.request("POST", url, json=_body(case), headers=_headers(case))
        return _picture(case, answer.status, answer.data.decode())


def tornado(case):
    from tornado.httpclient import AsyncHTTPClient

    async def run():
        options = {"request_timeout": 300, "max_redirects": 9} if case["switch"] else {}
        url, body = f"{case['url']}/images/generations", json.dumps(_body(case))
        client = AsyncHTTPClient(force_instance=True)
        answer = await client.fetch(url, method="POST", body=body, headers=_headers(case), **options)
        return _picture(case, answer.code, answer.body.decode())

    return asyncio.run(run())


def _program(*command):
    """Call a client of another language with the case's parts as arguments. It prints the status and the answer."""

    def call(case):
        url, body = f"{case['url']}/images/generations", json.dumps(_body(case))
        given = [url, case["key"], body, *(["switch"] if case["switch"] else [])]
        run = subprocess.run([*command, *given], capture_output=True, text=True)
        if run.returncode:
            raise ValueError(f"{run.stdout}{run.stderr}".strip())
        status, _, text = run.stdout.partition("\n")
        return _picture(case, int(status), text)

    return call


java = _program("java", str(HERE / "Call.java"))
curl = _program("bash", str(HERE / "curl.sh"))
php_curl = _program("php", str(HERE / "clients.php"), "curl")
guzzle = _program("php", str(HERE / "clients.php"), "guzzle")
openai_php = _program("php", str(HERE / "clients.php"), "openai")
faraday = _program("ruby", str(HERE / "clients.rb"), "faraday")
ruby_openai = _program("ruby", str(HERE / "clients.rb"), "openai")


def outcome(client, case):
    try:
        picture = client(case)
        return {"picture": True} if picture else {"error": "an answer without a picture"}
    except Exception as error:  # a client may raise any exception
        return {"error": f"{type(error).__name__}: {error}"[:300]}


if __name__ == "__main__":
    called, cases = globals()[sys.argv[1]], json.load(sys.stdin)
    os.environ["OPENAI_BASE_URL"] = cases[0]["url"]  # for clients without an argument for it
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # otherwise it first requests prices from the network
    with ThreadPoolExecutor(AT_ONCE) as pool:
        print(json.dumps(list(pool.map(lambda case: outcome(called, case), cases))))
