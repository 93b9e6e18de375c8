"""The text printed when the stack is ready: its addresses, the three example calls, and how to stop it."""

from local.access import KEY

CALLS = """\
# Gitee AI with Z-Image Turbo
curl -X POST {endpoint}/api/generate \\
  -H "Content-Type: application/json" \\
  -H "X-API-Key: your-gitee-api-key" \\
  -d '{{
    "provider": "gitee",
    "model": "z-image-turbo",
    "prompt": "a cute cat",
    "negative_prompt": "low quality, blurry",
    "steps": 9
  }}'

# HuggingFace with FLUX.1 Schnell
curl -X POST {endpoint}/api/generate \\
  -H "Content-Type: application/json" \\
  -H "X-HF-Token: your-hf-token" \\
  -d '{{
    "provider": "huggingface",
    "model": "flux-1-schnell",
    "prompt": "a cute cat",
    "steps": 8
  }}'

# ModelScope with FLUX.2
curl -X POST {endpoint}/api/generate \\
  -H "Content-Type: application/json" \\
  -H "X-MS-Token: your-ms-token" \\
  -d '{{
    "provider": "modelscope",
    "model": "black-forest-labs/FLUX.2-dev",
    "prompt": "a cute cat",
    "steps": 24,
    "guidanceScale": 3.5
  }}'
"""


def calls(endpoint: str) -> str:
    """Return the three example calls of the specification for `endpoint`."""
    return CALLS.format(endpoint=endpoint)


def banner(endpoint: str, function_url: str, aws_url: str, providers: list[str]) -> str:
    """Return the banner. `providers` are lines that say where each provider is served."""
    served = "\n".join(f"  {line}" for line in providers)
    second_address = (
        f"\nCalls to {function_url} wait for their picture without the 30-second limit" if function_url else ""
    )
    return f"""
Easel runs at {endpoint}   (a page to try it: {endpoint}/, API docs: {endpoint}/docs){second_address}

{calls(endpoint)}
Providers:
{served}
OpenAI's SDKs: base URL {function_url or endpoint}/v1, API key {KEY}, or any text as a token
Batches: make batch FILE=prompts.csv, or POST /api/batches with -H "Authorization: Bearer {KEY}"
AWS, for the AWS CLI: AWS_ENDPOINT_URL={aws_url} AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test
Logs of calls and functions follow. Ctrl-C stops everything and leaves nothing behind.
"""
