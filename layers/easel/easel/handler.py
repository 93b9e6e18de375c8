"""The Lambda entry of a provider's function.

One handler takes four shapes of events: an HTTP API (v2) event from the provider's own route, a job from the front
door, a batch's job from the state machine, and the router's question which tokens can be used.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Protocol

from easel import catalog
from easel.batch import worker
from easel.catalog import stored_overlay
from easel.common import aws, startup
from easel.common.telemetry import begin, logger
from easel.errors import EaselError, InvalidRequest, NotFound
from easel.front_door import dispatch, handover, http_messages, validation
from easel.generation import Generator
from easel.providers import ssm_parameters, token_states
from easel.providers.adapter import Adapter


class Context(Protocol):
    """The part of Lambda's context that is used."""

    aws_request_id: str

    def get_remaining_time_in_millis(self) -> int: ...


Handler = Callable[[Mapping[str, Any], Context], Any]


def lambda_handler(provider_id: str, make_adapter: Callable[[catalog.Provider], Adapter]) -> Handler:
    """Make a provider's Lambda handler.

    | event | what the handler returns |
    |---|---|
    | an HTTP API (v2) event | the HTTP response |
    | a job, as `invoke.job_event` makes it | the job, ended; or as it is, where another invocation works on it |
    | `{"quota": true}`, from the router | the state of each token, see `easel.providers.token_states` |
    | a batch's job, from the state machine | what the state machine is to do next, see `easel.batch.worker` |

    Args:
        provider_id: the provider's id in the catalog.
        make_adapter: makes the adapter of that provider; called once per process, at the first job.
    """
    generator = Generator(provider_id, lambda: make_adapter(catalog.provider(provider_id)))

    def handler(event: Mapping[str, Any], context: Context) -> Any:
        if not isinstance(event, Mapping):
            event = {}
        begin(request=_request_id(event, context), invocation=context.aws_request_id)
        stored_overlay.refresh()
        seconds = context.get_remaining_time_in_millis() / 1000
        if "requestContext" in event:
            return _front_door(provider_id, event, context)
        if "worker" in event:
            return worker.handle(event, generator, invocation=context.aws_request_id, seconds=seconds)
        try:
            if "quota" in event:
                return token_states.report(catalog.provider(provider_id), time.time(), generator.figure)
            if "job" in event:
                return generator.work(event, seconds, partial(handover.hand_over, event)).to_json()
            raise InvalidRequest("the event is no HTTP API call, no job and no batch's job; events/ shows each")
        except InvalidRequest as error:
            return http_messages.write_event(http_messages.error_response(error), context.aws_request_id)

    def load() -> None:
        generator.load()
        validation.load(provider_id)
        aws.rehearse("dynamodb", "s3")

    def forget() -> None:
        generator.forget()
        ssm_parameters.forget()
        stored_overlay.restart()

    startup.prepare(load, forget, stored_overlay.reading)
    return handler


def _request_id(event: Mapping[str, Any], context: Context) -> str:
    """API Gateway's id of the call behind this event, or the invocation's own id for other events."""
    called = event.get("requestContext")
    request_id = called.get("requestId") if isinstance(called, Mapping) else event.get("request")
    return str(request_id or context.aws_request_id)


def _front_door(provider_id: str, event: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Answer a call to the provider's own route by creating a job and invoking this very function with it."""
    try:
        call = http_messages.read_event(event)
        parse = _parser(provider_id, call.path)
    except EaselError as error:
        return http_messages.write_event(http_messages.error_response(error), context.aws_request_id)
    logger.append_keys(provider=provider_id)
    return http_messages.write_event(dispatch.answer(call, parse), call.request_id or context.aws_request_id)


def _parser(provider_id: str, path: str) -> dispatch.Parser:
    if path.endswith(f"/api/providers/{provider_id}/generate"):
        return partial(validation.parse_generate, provider_id=provider_id)
    if path.endswith("/api/upscale") and catalog.provider(provider_id).upscaler:
        return validation.parse_upscale
    raise NotFound(f"there is no {path[:100]!r} here; this function serves /api/providers/{provider_id}/generate")
