"""What calls to the function URL need beside the routes: one answer, CORS headers, and a line in a log.

The function URL has no CORS settings of its own, since Lambda would then send its headers beside the router's.
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
"""The address of a stored picture: its key in the bucket, and the extension."""


def finish(event: Mapping[str, Any], answer: dict[str, Any], seconds: float) -> dict[str, Any]:
    """Return the answer with CORS headers, and log the call as the HTTP API's access log does.

    Args:
        event: the call's event.
        answer: the answer in Lambda's shape.
        seconds: how long the call took.
    """
    http, origin = event["requestContext"].get("http") or {}, _header(event, "origin")
    answer = _with_picture(answer) if http.get("method") != "HEAD" else answer
    present = {name.lower() for name in answer["headers"]}
    cors = {name: value for name, value in http_messages.cors(origin).items() if name.lower() not in present}
    facts = {"method": http.get("method"), "path": event.get("rawPath"), "status": answer["statusCode"]}
    logger.info("called", extra={**facts, "bytes": len(answer["body"]), "milliseconds": round(seconds * 1000)})
    return {**answer, "headers": {**answer["headers"], **cors}}


def _with_picture(answer: dict[str, Any]) -> dict[str, Any]:
    """Replace the 303 that a call with `Accept: image/*` gets by the picture itself, if there is room for it."""
    picture = PICTURE.fullmatch(_header(answer, "location"))
    if answer["statusCode"] != 303 or not picture:
        return answer
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        data = images.load(picture[1])
    except (BotoCoreError, ClientError):
        logger.exception("picture not read back")
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
