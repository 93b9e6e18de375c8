"""What the routes share: reading a call, and answering it with what blocking work gives."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import Request, Response

from easel.front_door import answers
from easel.front_door.answers import HttpRequest, HttpResponse


async def read_call(request: Request) -> HttpRequest:
    """The call as the layer takes it."""
    event = request.scope.get("aws.event") or {}
    return answers.make_call(event, await request.body(), dict(request.headers.items()), request.scope["path"])


def respond(answer: HttpResponse) -> Response:
    media = None if answer.body is None else "application/json"
    return Response(answer.text(), answer.status, dict(answer.headers), media)


async def answered(work: Callable[[], HttpResponse]) -> Response:
    """Does blocking work where it stands: a process has one call at a time, so nothing else is on the event loop.

    A thread beside it would cost a third of the router's processor time. An exception becomes an error response.
    """
    try:
        return respond(work())
    except Exception as error:
        return respond(answers.exception_response(error))
