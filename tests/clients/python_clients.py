"""Runs in the clients' own environment: reads the cases of one client as JSON, prints each one's outcome as JSON.

A case: `name`, `url`, `key`, `model`, `prompt`, `format`. An outcome: `name`, and `picture` or `error`.
"""
# mypy: ignore-errors

import asyncio
import json
import sys
from concurrent.futures import ThreadPoolExecutor


def openai_python(case):
    from openai import OpenAI

    asked = {"response_format": case["format"]} if case["format"] else {}
    client = OpenAI(base_url=case["url"], api_key=case["key"])
    (entry,) = client.images.generate(model=case["model"], prompt=case["prompt"], size="256x256", **asked).data
    return entry.b64_json if case["format"] == "b64_json" else entry.url


def litellm(case):
    from litellm import image_generation

    # It refuses `response_format` for names of models that it does not know, so it is not sent.
    answer = image_generation(
        model=f"openai/{case['model']}", prompt=case["prompt"], api_base=case["url"], api_key=case["key"]
    )
    return answer.data[0].b64_json if case["format"] == "b64_json" else answer.data[0].url


def pydantic_ai(case):
    from pydantic_ai.images.openai import OpenAIImageGenerationModel
    from pydantic_ai.providers.openai import OpenAIProvider

    async def run():
        provider = OpenAIProvider(base_url=case["url"], api_key=case["key"])
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


def outcome(client, case):
    try:
        picture = client(case)
        return {"name": case["name"], **({"picture": True} if picture else {"error": "an answer without a picture"})}
    except Exception as error:  # a client may raise anything
        return {"name": case["name"], "error": f"{type(error).__name__}: {error}"[:300]}


if __name__ == "__main__":
    called, cases = globals()[sys.argv[1]], json.load(sys.stdin)
    with ThreadPoolExecutor(len(cases)) as pool:
        print(json.dumps(list(pool.map(lambda case: outcome(called, case), cases))))
