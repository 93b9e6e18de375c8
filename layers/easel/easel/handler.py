"""The Lambda entry of a provider's function.

The handler accepts four kinds of events: a call of the provider's route as an HTTP API (v2) event, a job from the
router, a job from a batch's state machine, and the router's request for the state of the tokens.
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
    """The used part of Lambda's context."""

    aws_request_id: str

    def get_remaining_time_in_millis(self) -> int: ...


Handler = Callable[[Mapping[str, Any], Context], Any]


def lambda_handler(provider_id: str, make_adapter: Callable[[catalog.Provider], Adapter]) -> Handler:
    """Return a provider's Lambda handler.

    | event | response |
    |---|---|
    | an HTTP API (v2) event | the HTTP response |
    | a job from `invoke.job_event` | the ended job, or the unchanged one if another invocation works on it |
    | `{"quota": true}`, from the router | the state of each token, see `easel.providers.token_states` |
    | a batch's job from the state machine | the next step of the state machine, see `easel.batch.worker` |

    Args:
        provider_id: the provider's id in the catalog.
        make_adapter: returns the provider's adapter. It is called once per process, at the first job.
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
                return token_states.report(catalog.provider(provider_id), time.time(), generator.allowance)
            if "job" in event:
                return generator.work(event, seconds, partial(handover.hand_over, event)).to_json()
            raise InvalidRequest("the event must be an HTTP API call, a job or a batch's job; see the folder events/")
        except InvalidRequest as error:
            return http_messages.write_event(http_messages.error_response(error), context.aws_request_id)

    def load() -> None:
        generator.load()
        validation.load(provider_id)
        aws.warm_up("dynamodb", "s3")

    def forget() -> None:
        generator.forget()
        ssm_parameters.forget()
        stored_overlay.restart()

    startup.prepare(load, forget, stored_overlay.reading)
    return handler


def _request_id(event: Mapping[str, Any], context: Context) -> str:
    """Return API Gateway's id of the call that led to this event, or the invocation's id for other events."""
    called = event.get("requestContext")
    request_id = called.get("requestId") if isinstance(called, Mapping) else event.get("request")
    return str(request_id or context.aws_request_id)


def _front_door(provider_id: str, event: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Answer a call of the provider's route: create a job and invoke this function with it."""
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
    raise NotFound(f"the path {path[:100]!r} does not exist; use /api/providers/{provider_id}/generate")
