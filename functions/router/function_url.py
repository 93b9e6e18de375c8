"""Additions for calls to the function URL: a single response, CORS headers and an access log line.

The function URL has no CORS settings, because Lambda would send its headers in addition to the router's.
https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html#urls-cors
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Any

from easel.common import image_formats
from easel.common.telemetry import logger
from easel.front_door import http_messages, job_responses
from easel.store import images

PICTURE = re.compile(r".*/api/(images/[\w-]+\.(\w+))")
"""Matches the address of a stored picture: group 1 is its bucket key, group 2 the extension."""


def complete_response(event: Mapping[str, Any], answer: dict[str, Any], seconds: float) -> dict[str, Any]:
    """Add CORS headers to the response, and log the call as the HTTP API's access log does.

    Args:
        event: the call's event.
        answer: the response in Lambda's format.
        seconds: duration of the call.
    """
    http, origin = event["requestContext"].get("http") or {}, _header(event, "origin")
    answer = _with_picture(answer) if http.get("method") != "HEAD" else answer
    present = {name.lower() for name in answer["headers"]}
    cors = {name: value for name, value in http_messages.cors(origin).items() if name.lower() not in present}
    facts = {"method": http.get("method"), "path": event.get("rawPath"), "status": answer["statusCode"]}
    logger.info("called", extra={**facts, "bytes": len(answer["body"]), "milliseconds": round(seconds * 1000)})
    return {**answer, "headers": {**answer["headers"], **cors}}


def _with_picture(answer: dict[str, Any]) -> dict[str, Any]:
    """Replace the 303 for `Accept: image/*` by the picture itself, if the response may be that large."""
    picture = PICTURE.fullmatch(_header(answer, "location"))
    if answer["statusCode"] != 303 or not picture:
        return answer
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        data = images.load(picture[1])
    except (BotoCoreError, ClientError):
        logger.exception("stored picture not read")
        return answer
    if len(data) > job_responses.MAX_B64:
        return answer
    of_redirect = ("location", "content-length")
    headers = {name: value for name, value in answer["headers"].items() if name.lower() not in of_redirect}
    headers["content-type"] = image_formats.BY_EXTENSION[picture[2]].media_type
    body = base64.b64encode(data).decode("ascii")
    return {**answer, "statusCode": 200, "headers": headers, "body": body, "isBase64Encoded": True}


def _header(message: Mapping[str, Any], wanted: str) -> str:
    return next((str(value) for name, value in (message.get("headers") or {}).items() if name.lower() == wanted), "")
