"""What an HTTP API adds to its calls, added to those of the function URL: CORS headers, and a line in a log.

The function URL has no CORS settings of its own, since Lambda would then send its headers beside the router's.
https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html#urls-cors
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from easel.common.telemetry import logger
from easel.front_door import http_messages


def finish(event: Mapping[str, Any], answer: dict[str, Any], seconds: float) -> dict[str, Any]:
    """Return the answer with CORS headers, and log the call as the HTTP API's access log does.

    Args:
        event: the call's event.
        answer: the answer in Lambda's shape.
        seconds: how long the call took.
    """
    http, origin = event["requestContext"].get("http") or {}, _origin(event)
    present = {name.lower() for name in answer["headers"]}
    cors = {name: value for name, value in http_messages.cors(origin).items() if name.lower() not in present}
    facts = {"method": http.get("method"), "path": event.get("rawPath"), "status": answer["statusCode"]}
    logger.info("called", extra={**facts, "bytes": len(answer["body"]), "milliseconds": round(seconds * 1000)})
    return {**answer, "headers": {**answer["headers"], **cors}}


def _origin(event: Mapping[str, Any]) -> str:
    headers = {name.lower(): str(value) for name, value in (event.get("headers") or {}).items()}
    return headers.get("origin", "")
