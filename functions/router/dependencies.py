"""Dependencies of routes: the call, an Easel key, credentials, the caller's own job.

Routes and dependencies are `async def` and do blocking work in the event loop. A process handles one call at a time, so
nothing else waits for the loop, and threads would cost a third of the router's processor time.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, Path, Request, Response, Security
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer
from pydantic.warnings import UnsupportedFieldAttributeWarning
from starlette.datastructures import MutableHeaders

import job_permissions
import signed_urls
from easel import catalog
from easel.budgets import keys
from easel.budgets.keys import Key
from easel.errors import AccessDenied
from easel.front_door import http_messages, request_body, validation
from easel.front_door.credentials import read_credentials
from easel.front_door.http_messages import HttpRequest, HttpResponse
from easel.settings import settings

# FastAPI ignores this warning while it builds a body's validator. With `defer_build` pydantic builds it later.
warnings.filterwarnings("ignore", category=UnsupportedFieldAttributeWarning)

Credentials = tuple[str | None, str | None]
"""A provider's token, and the id of an Easel key."""

access_key = HTTPBearer(
    scheme_name="accessKey",
    description="An Easel key of this deployment, `ek_…`. Under `/v1`, a provider's token is accepted too",
    auto_error=False,
)
TOKEN_SCHEMES: dict[str, Any] = {
    provider.id: {
        "type": "apiKey",
        "description": f"Your token of {provider.name}, from <{provider.token_url}>",
        "in": "header",
        "name": provider.auth_header,
    }
    for provider in catalog.providers().values()
}
"""Security schemes of the providers' tokens. `openapi` adds them to the document."""
ACCESS_KEY = Security(access_key)
CREDENTIALS_OPTIONAL: dict[str, Any] = {"security": [{}]}
"""For `openapi_extra`: the route also accepts calls without a token and a key."""
IDEMPOTENCY_KEY = ("Idempotency-Key", "1 to 255 characters. A repeated call with the same key returns the same job")
"""The header's name and description."""


def generates(*headers: tuple[str, str]) -> dict[str, Any]:
    """Return `openapi_extra` for a route that generates pictures: its credentials, and its headers with descriptions.

    The layer reads these headers. As dependencies, FastAPI would evaluate each of them in every call, which took an
    eighth of the router's processor time.
    """
    kind = {"anyOf": [{"type": "string"}, {"type": "null"}]}
    parameters = [
        {
            "name": name,
            "in": "header",
            "required": False,
            "schema": {**kind, "description": description, "title": name},
            "description": description,
        }
        for name, description in headers
    ]
    schemes = (*TOKEN_SCHEMES, access_key.scheme_name)
    return {"security": [*({scheme: []} for scheme in schemes), {}], "parameters": parameters}


class JsonRequest(Request):
    """Reads a body as the provider functions do: a strict JSON object of at most 50 KB, with any `Content-Type`."""

    async def json(self) -> Any:
        if not hasattr(self, "_json"):
            provider_id = self.path_params.get("provider_id")
            if provider_id:  # the route of one provider
                catalog.described_provider(provider_id)
            self._json = request_body.read_object(await self.body())
            if provider_id:
                self._json["provider"] = validation.read_provider(self._json, provider_id).id
        return self._json


class LongJsonRequest(Request):
    """Like `JsonRequest`, for bodies of any length."""

    async def json(self) -> Any:
        if not hasattr(self, "_json"):
            self._json = request_body.read_json(await self.body())
        return self._json


class JsonRoute(APIRoute):
    """Makes FastAPI read bodies with `JsonRequest`."""

    request_class: type[Request] = JsonRequest

    def get_route_handler(self) -> Callable[[Request], Any]:
        handle = super().get_route_handler()

        async def read_as_json(request: Request) -> Response:
            headers = MutableHeaders(raw=list(request.scope["headers"]))
            headers["content-type"] = "application/json"
            return await handle(self.request_class({**request.scope, "headers": headers.raw}, request.receive))

        return read_as_json


class LongJsonRoute(JsonRoute):
    request_class = LongJsonRequest


async def read_call(request: Request) -> HttpRequest:
    """Return the call as an `HttpRequest` of the layer."""
    event, context = request.scope.get("aws.event") or {}, request.scope.get("aws.context")
    seconds = context.get_remaining_time_in_millis() / 1000 if context else None
    return http_messages.make_call(
        event, await request.body(), dict(request.headers.items()), request.scope["path"], seconds
    )


Call = Annotated[HttpRequest, Depends(read_call)]


async def read_key(call: Call, _: Annotated[Any, ACCESS_KEY]) -> Key:
    """Return the call's Easel key. Raise `KeyRequired` or `AccessRefused`."""
    return keys.get(keys.required(call.headers))


CallersKey = Annotated[Key, Depends(read_key)]


def check_batches(key: Key) -> Key:
    """Return the key. Raise `AccessDenied` if it may not run batches."""
    if not key.batches:
        raise AccessDenied(f"the key {key.name!r} may not run batches; ask the owner of this deployment")
    return key


async def read_batch_key(key: CallersKey) -> Key:
    return check_batches(key)


BatchKey = Annotated[Key, Depends(read_batch_key)]


async def read_job_id(
    job_id: Annotated[str, Path(description="`jobId` of a response")], call: Call, _: Annotated[Any, ACCESS_KEY]
) -> str:
    """Return the job's id. Raise an error if the caller may not see the job."""
    job_permissions.check(call, job_id)
    return job_id


OwnJobId = Annotated[str, Depends(read_job_id)]


async def generation_credentials(request: Request, call: Call) -> Credentials:
    """Return the call's credentials for the provider in its body. Runs before FastAPI validates the other fields.

    For `auto` that is the Easel key; `families` reads the tokens.
    """
    provider = validation.read_provider(await request.json())
    if provider.id == catalog.AUTO:
        return None, keys.key_of_headers(call.headers, required=settings().access == "keys")
    return read_credentials(provider, call.headers)


async def upscale_credentials(call: Call) -> Credentials:
    return read_credentials(catalog.upscaling_provider(), call.headers)


def respond(answer: HttpResponse) -> Response:
    media = None if answer.body is None else "application/json"
    return Response(answer.text(), answer.status, dict(answer.headers), media)


def redirect_to_object(key: str, media_type: str) -> Response:
    """Redirect to an object in the bucket. The link is valid for minutes and serves an attachment of this type."""
    url = signed_urls.download_url(key, media_type)
    return respond(HttpResponse(302, None, {"Location": url, "Cache-Control": "no-store"}))
