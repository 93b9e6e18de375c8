"""OpenAI's calls that Easel does not support: they return 501 and name the calls that generate pictures."""

from __future__ import annotations

from typing import Any, NoReturn

from fastapi import APIRouter, Request

from easel.errors import NotSupported
from easel.front_door.v1_response_models import OpenAiError
from error_responses import error_responses
from request_examples import unread_body

router = APIRouter(tags=["openai"], responses=error_responses(NotSupported, v1=True))

CALL_THIS = "POST /v1/images/generations generates a picture from a prompt, and POST /v1/images/edits changes one"
UNSUPPORTED: dict[str, tuple[str, str, Any]] = {
    "/v1/chat/completions": (
        "Chat: not supported",
        "Easel does not write or translate texts: it generates pictures only",
        {"messages": [{"role": "user", "content": "a cute cat"}]},
    ),
    "/v1/responses": (
        "Create a response: not supported",
        "Easel has no conversations and no tools: it generates pictures only",
        {"input": "draw a cute cat", "tools": [{"type": "image_generation"}]},
    ),
    "/v1/images/variations": ("Vary pictures: not supported", "Easel does not vary pictures", {"n": 2}),
}
"""Each path's summary, the reason for the refusal, and an example body."""


async def refuse(request: Request) -> NoReturn:
    """Return 501 and name the supported calls."""
    _, reason, _ = UNSUPPORTED[request.scope["path"]]
    raise NotSupported(f"{reason}. {CALL_THIS}")


for path, (name, _, example) in UNSUPPORTED.items():
    router.post(
        path,
        summary=name,
        status_code=501,
        response_model=OpenAiError,
        openapi_extra=unread_body(name, example),
    )(refuse)
