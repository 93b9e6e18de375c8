"""`/api/usage`: an Easel key's pictures by day, provider, model and outcome, and their costs."""

from __future__ import annotations

import time
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query, Response

from dependencies import CallersKey
from easel.budgets import daily_usage
from easel.budgets.daily_usage import Line
from easel.errors import InvalidParams, InvalidRequest
from easel.front_door import response_models
from easel.settings import settings
from easel.store import table
from error_responses import KEY_ERRORS, error_responses
from openapi import described
from pagination import EMPTY_AS_NONE

router = APIRouter(tags=["key"])

CSV = "text/csv"
_EXAMPLE = "day,key,provider,model,outcome,pictures,seconds,aws_usd,price,price_unit\r\n"
_AS_CSV: dict[str, Any] = {"content": {CSV: {"schema": {"type": "string", "examples": [_EXAMPLE]}}}}
Day = Annotated[date | None, EMPTY_AS_NONE]


@router.get(
    "/api/usage",
    summary="Get your key's usage and its costs",
    response_model=response_models.UsageReport,
    responses={
        200: {**described("The usage", None, "Cache-Control"), **_AS_CSV},
        **error_responses(*KEY_ERRORS, InvalidRequest, InvalidParams),
    },
)
async def get_usage(
    key: CallersKey,
    first: Annotated[Day, Query(alias="from", description="first day; default: 29 days before `to`")] = None,
    last: Annotated[Day, Query(alias="to", description="last day; default: today")] = None,
    form: Annotated[
        Literal["json", "csv"] | None,
        EMPTY_AS_NONE,
        Query(alias="format", description="format of the response; default: the one in `Accept`"),
    ] = None,
    accept: Annotated[str, Header(include_in_schema=False)] = "",
) -> Response:
    """Returns the ended jobs of the key, as JSON, or as CSV with `format=csv` or `Accept: text/csv`."""
    days = daily_usage.days(first, last, time.time())
    with table.translated_errors("try again"):
        lines = daily_usage.read(days, [key.id])
    headers = {"Cache-Control": "no-store"}
    if form == "csv" or (not form and accept.partition(";")[0].strip() == CSV):
        text = daily_usage.csv_text(lines, {key.id: key.name})
        return Response(text, headers=headers, media_type=CSV)
    report = response_models.UsageReport(
        key=key.name, first=days[0], last=days[-1], time_zone=settings().time_zone, usage=list(map(_line, lines))
    )
    body = report.model_dump_json(by_alias=True, exclude_none=True)
    return Response(body, headers=headers, media_type="application/json")


def _line(line: Line) -> response_models.UsageLineResponse:
    pictures, seconds, aws, price = line.amounts
    return response_models.UsageLineResponse(
        day=line.day,
        provider=line.provider,
        model=line.model,
        outcome=line.outcome,
        pictures=pictures,
        seconds=round(seconds, 1),
        aws_usd=round(aws, 6),
        price=None if price is None else round(price, 6),
        price_unit=line.price_unit or None,
    )
