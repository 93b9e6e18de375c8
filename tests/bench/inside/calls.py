# mypy: ignore-errors
"""Events and a context as on Lambda, without imports that would change the measurement."""

import json
import os
import time

PROMPT = "a cute cat"
MODELS = json.loads(os.environ["BENCH_MODELS"])  # a model of each provider
HEADERS = json.loads(os.environ["BENCH_HEADERS"])  # each provider's header


class Context:
    function_name = "easel"
    aws_request_id = "request"
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:easel"
    memory_limit_in_mb = 512

    def get_remaining_time_in_millis(self):
        return 240_000


def http(method, path, fields=None, headers=None):
    """An HTTP API (v2) event."""
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"host": "easel.test", "content-type": "application/json", **(headers or {})},
        "requestContext": {
            "requestId": "request",
            "stage": "$default",
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "x"},
        },
        "isBase64Encoded": False,
        **({"body": json.dumps(fields)} if fields is not None else {}),
    }


def generate(provider="gitee"):
    fields = {"provider": provider, "model": MODELS[provider], "prompt": PROMPT, "width": 512, "height": 512, "seed": 7}
    return http("POST", "/api/generate", fields, {HEADERS[provider]: "token"})


def job(provider, number=0):
    """Return the event that the router sends to a provider's function."""
    request = {"provider": provider, "model": MODELS[provider], "prompt": PROMPT, "width": 512, "height": 512}
    request |= {"steps": 9, "seed": 7}
    now = time.time()
    return {
        "job": {"id": f"{number:036x}", "request": request, "created": now, "deadline": now + 300},
        "token": "token",
        "claim": True,
        "request": "request",
    }
