"""`/docs` and `/openapi.json`: FastAPI's routes, with what `api_operations` tells of each.

Put together at the first look, not at a cold start.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter

from easel import catalog
from easel.front_door import answers
from v1 import errors as v1_errors

if TYPE_CHECKING:
    from api_operations import Answer, Operation

TAGS = {
    "generate": "One picture for a call. A call that takes long answers with a job, and the work goes on.",
    "jobs": "What became of a generation, and its picture.",
    "front ends": "What Pages-style front ends ask for beside pictures. Easel makes pictures only.",
    "catalog": "Providers and models, with what each supports.",
    "key": "What an Easel key allows, how much is used, and what it started.",
    "openai": "What OpenAI's SDKs call: their base URL is this deployment's address with `/v1`.",
    "batches": "Many pictures from one manifest. They spend the deployment's own tokens: an Easel key is needed.",
}
ACCESS_KEY = "accessKey"
PARAMETERS: Mapping[str, str] = {
    "Prefer": "`respond-async` answers `202` with a job at once; `wait=10` waits for at most 10 seconds",
    "Idempotency-Key": "1 to 255 characters: a call repeated with the same one gives the same job",
    "If-None-Match": "the `ETag` of an earlier answer: `304` while nothing has changed",
}
"""Headers that a call may have, beside its token."""
FROM_PATH: Mapping[str, str] = {
    "provider_id": "one of " + ", ".join(f"`{provider}`" for provider in catalog.providers()),
    "job_id": "`jobId` of an answer",
    "job_ids": "`jobId`s of an answer, with commas between them",
    "model_id": "a model's name, such as `gitee/z-image-turbo`",
    "batch_id": "`batchId` of an answer, or `id` under `/v1`",
    "name": "the file's name in a picture's link, such as `01a2….png`",
    "limit": "entries of a page, at most 100",
    "cursor": "`next` of an earlier page",
    "status": "only what has this status",
    "wait": "seconds to wait for a change of the status, at most 25",
    "download": "saves the picture as a file, whatever it says",
    "url": "a link to a picture of this deployment: `url` of an answer",
    "task": "whatever; Easel makes no videos",
    "file_id": "`id` of a file",
    "after": "`id` of the last entry of the page before",
    "order": "`asc` or `desc`, by time",
    "purpose": "`batch` or `batch_output`: only such files",
    "hop": "how often the caller was sent to wait on",
}
HEADERS: Mapping[str, str] = {
    "X-Request-ID": "under which the logs know the call",
    "Location": "where to go next",
    "Retry-After": "seconds after which to ask again, where they are known",
    "Preference-Applied": "what of `Prefer` was followed",
    "ETag": "changes with the answer",
    "Cache-Control": "for how long the answer may be kept",
    "WWW-Authenticate": "`Bearer`, where an Easel key is missing or wrong",
    "OpenAI-Processing-Ms": "milliseconds that Easel took",
    "X-Should-Retry": "`false` where a repeat could not do better",
    "RateLimit": "what is left of each limit of the key or address, and the seconds until it comes back",
    "RateLimit-Policy": "each limit, with its period in seconds",
}
BUSY = "API Gateway's own answer: as many functions run as the account allows. Try again"


def openapi(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI description; FastAPI keeps it after the first call."""
    if not app.openapi_schema:
        import api_models
        from api_operations import OPERATIONS

        schema = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        schema["tags"] = [{"name": name, "description": text} for name, text in TAGS.items()]
        schemas = _Schemas()
        busy = schemas.media(api_models.GatewayError, {"busy": {"message": "Service Unavailable"}})
        for path, methods in schema["paths"].items():
            for method, shown in methods.items():
                _describe(shown, OPERATIONS[f"{method.upper()} {path}"], schemas)
        schema["components"] = {
            "schemas": schemas.definitions,
            "headers": {name: {"description": text, "schema": {"type": "string"}} for name, text in HEADERS.items()},
            "parameters": {name: _parameter(name, text) for name, text in PARAMETERS.items()},
            "responses": {"Busy": {"description": BUSY, "content": busy}},
            "securitySchemes": _security_schemes(),
        }
        app.openapi_schema = schema
    return app.openapi_schema


class _Schemas:
    """The schemas of the answers, each defined once."""

    def __init__(self) -> None:
        self.definitions: dict[str, Any] = {}

    def media(self, kind: Any, examples: Mapping[str, Any]) -> dict[str, Any]:
        """A JSON body of that type."""
        reference = {"$ref": f"#/components/schemas/{kind.__name__}"}
        if kind.__name__ not in self.definitions:
            found = TypeAdapter(kind).json_schema(ref_template="#/components/schemas/{model}")
            self.definitions |= found.pop("$defs", {})
            self.definitions[kind.__name__] = found
        return {"application/json": {"schema": reference, "examples": _named(examples)}}


def _named(examples: Mapping[str, Any]) -> dict[str, Any]:
    return {name: {"value": value} for name, value in examples.items()}


def _parameter(name: str, text: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "description": text, "schema": {"type": "string"}}


def _security_schemes() -> dict[str, Any]:
    tokens = {
        provider.id: {
            "type": "apiKey",
            "in": "header",
            "name": provider.auth_header,
            "description": f"Your token of {provider.name}, from <{provider.token_url}>",
        }
        for provider in catalog.providers().values()
    }
    return {
        **tokens,
        ACCESS_KEY: {
            "type": "http",
            "scheme": "bearer",
            "description": "An Easel key of this deployment, `ek_…`; for `/v1` a provider's token as well",
        },
    }


def _describe(shown: dict[str, Any], operation: Operation, schemas: _Schemas) -> None:
    """Adds to FastAPI's operation what it cannot know."""
    for parameter in shown.get("parameters", []):
        parameter["description"] = FROM_PATH[parameter["name"]]
    references = [{"$ref": f"#/components/parameters/{name}"} for name in operation.parameters]
    if parameters := [*shown.get("parameters", []), *references]:
        shown["parameters"] = parameters
    if operation.body:
        content = {"schema": operation.body.schema, "examples": _named(operation.body.examples)}
        media = dict.fromkeys(operation.body.media, content)
        shown["requestBody"] = {"required": operation.body.required, "content": media}
    if operation.tokens:  # one of them, or none where the provider asks for none
        shown["security"] = [*({provider: []} for provider in catalog.providers()), {ACCESS_KEY: []}, {}]
    if operation.key or operation.owner:
        shown["security"] = [{ACCESS_KEY: []}, *([{}] if operation.owner else [])]
    shown["responses"] = {
        **{str(status): _answer(answer, operation, schemas) for status, answer in operation.answers.items()},
        **_refusals(operation, schemas),
        "503": {"$ref": "#/components/responses/Busy"},
    }


def _answer(answer: Answer, operation: Operation, schemas: _Schemas) -> dict[str, Any]:
    content = {"content": schemas.media(answer.schema, {"answer": answer.example})} if answer.schema else {}
    headers = ["X-Request-ID", *operation.headers, *answer.headers]
    return {"description": answer.description, "headers": _headers(headers), **content}


def _refusals(operation: Operation, schemas: _Schemas) -> dict[str, Any]:
    """The operation's errors by status, each code with an example."""
    import api_models
    from api_samples import ERRORS

    found: dict[str, dict[str, Any]] = {}
    for error in ERRORS:
        if type(error) in operation.errors:
            told = answers.error_response(error)
            shown = v1_errors.translated(told) if operation.openai else told
            found.setdefault(str(shown.status), {})[error.code] = shown.body
    kind = api_models.OpenAiError if operation.openai else api_models.Error
    usual = ["X-Request-ID", "Retry-After", *operation.headers, *(["X-Should-Retry"] if operation.openai else [])]
    wants_key = operation.key or operation.owner or operation.tokens
    asked = {"401": ["WWW-Authenticate"], "403": ["WWW-Authenticate"]} if wants_key else {}
    return {
        status: {
            "description": ", ".join(f"`{code}`" for code in bodies),
            "headers": _headers([*usual, *asked.get(status, [])]),
            "content": schemas.media(kind, bodies),
        }
        for status, bodies in sorted(found.items())
    }


def _headers(names: Iterable[str]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
