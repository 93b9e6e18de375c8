"""Who pays for a picture, and how much they may have.

| who calls | what pays |
|---|---|
| the holder of an Easel key, with calls and with batches | the key |
| somebody without a key or a token, where the provider takes such calls | their address, for pictures a day |
| somebody with a provider's token | their address, for jobs at once, where `JobsAtOnce` limits them |
| anybody, a schedule's batch too, where `DailyPictures` is set | the deployment too |

The address is the one that API Gateway saw; whatever a header says of it is not read.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

from easel.budgets import charges, keys
from easel.budgets.charges import EVERYBODY, Picture
from easel.budgets.keys import Key
from easel.common.telemetry import logger
from easel.errors import AuthRequired, EaselError
from easel.settings import settings
from easel.store import jobs
from easel.store.records import Job, Request

ANONYMOUS_AT_ONCE = 10
"""Jobs that an address may have at one moment without a token or key, where `JobsAtOnce` says nothing else."""
ALARM_SHARE = 0.8
"""The part of the deployment's daily pictures whose use is logged for the template's alarm."""


def payers(key: str | None, token: str | None, address: str) -> tuple[str, ...]:
    """The ids of the items that count a call's picture.

    Args:
        key: id of the Easel key that the call shows.
        token: the provider's token that it brings.
        address: the caller's, as API Gateway saw it.

    Raises:
        AuthRequired: this deployment generates for nobody without a token or key.
    """
    found = []
    if key:
        found.append(f"key#{key}")
    elif not token:
        if not settings().anonymous_pictures:
            raise AuthRequired(
                "this deployment generates nothing without a token or key: send a token of the provider, or an Easel "
                "key as Authorization: Bearer ek_…",
                field="Authorization",
            )
        found.append(f"anonymous#{_network(address)}")
    elif settings().jobs_at_once:
        found.append(f"address#{_network(address)}")
    return _with_everybody(found)


def of_batch(job_id: str, key: str | None, when: float) -> Picture:
    """A picture of a batch that somebody started with a key; with None, that a schedule or an upload started."""
    return Picture(job_id, _with_everybody([f"key#{key}"] if key else []), when, batch=True)


def _with_everybody(found: Sequence[str]) -> tuple[str, ...]:
    """The payers, and the deployment itself where its pictures are limited."""
    return (*found, EVERYBODY) if settings().daily_pictures else tuple(found)


def limits(payer: str) -> dict[str, int]:
    """The limits of a payer that are settings, by `minute`, `running`, `day` and `month`; 0 is no limit."""
    at_once = settings().jobs_at_once
    return {
        "key": {"running": at_once},
        "anonymous": {"running": at_once or ANONYMOUS_AT_ONCE, "day": settings().anonymous_pictures},
        "address": {"running": at_once},
        EVERYBODY: {"day": settings().daily_pictures},
    }[payer.partition("#")[0]]


def reserve(picture: Picture, request: Request) -> tuple[Picture, dict[str, str]]:
    """Counts a picture at all of its payers, or at none.

    Returns:
        The picture as it was counted, and the headers that tell what is left of the first payer's limits.

    Raises:
        AccessDenied: the key may not use the model.
        EaselError: as `budgets.count` raises them.
    """
    told: dict[str, str] = {}
    counted: list[str] = []
    try:
        for payer in picture.payers:
            picture, item = charges.count(picture, payer, limits(payer))
            counted.append(payer)
            if payer == EVERYBODY:
                _watch(item, picture)
            elif payer.startswith("key#"):
                Key.from_item(item).check_model(request.provider, request.model)
            if len(counted) == 1:
                told = charges.headers(charges.uses(payer, item, limits(payer), picture.when), time.time())
    except EaselError:
        for payer in counted:
            charges.give_back(picture, payer, drawn=False)
        raise
    return picture, told


def admit(job: Job, *, stored: bool) -> dict[str, str]:
    """Counts a call's job; returns headers, or raises as `reserve` does, after it has failed a job that is stored."""
    try:
        return reserve(_picture(job), job.request)[1]
    except EaselError as error:
        if stored:
            with suppress(EaselError):
                jobs.give_up(job, error)
        raise


def check_shown(key_id: str, *job_ids: str) -> None:
    """Lets the holder of a key pass, where `PicturesNeedKey` shows jobs and their pictures to who started them alone.

    What a schedule or an upload started is shown to every key that may run batches.

    Raises:
        AccessRefused: the key is not valid.
        NotFound: a job is another key's, or is not there; which of the two is not told.
    """
    if not settings().pictures_need_key:
        return
    key = keys.get(key_id)
    for job_id in job_ids:
        job = jobs.get(job_id)
        if job.key != key.id and not (job.batch and job.key is None and key.batches):
            raise jobs.missing(job_id)


def settle(job: Job, *, drawn: bool | None = None) -> None:
    """Says that a call's job is over; its picture is given back where nothing was drawn. A second time does nothing.

    Args:
        job: as it ended.
        drawn: whether the provider may have drawn a picture; None where that is all that the job tells: somebody
            began it.
    """
    if job.ended:
        release(_picture(job), drawn=job.started is not None if drawn is None else drawn)


def release(picture: Picture, *, drawn: bool) -> None:
    """Settles a picture at each of its payers."""
    for payer in picture.payers:
        charges.give_back(picture, payer, drawn=drawn)


def _picture(job: Job) -> Picture:
    return Picture(job.id, job.payers, job.created)


def _watch(item: Mapping[str, dict[str, str]], picture: Picture) -> None:
    (use,) = charges.uses(EVERYBODY, item, limits(EVERYBODY), picture.when)
    if use.used == math.ceil(ALARM_SHARE * use.limit):
        text = "the deployment's pictures of the day are nearly used up"
        # So that it is logged at any `LogLevel`; and the alarm of errors counts others.
        logger.critical(text, extra={"alarm": "daily-pictures", "used": use.used, "allowed": use.limit})


def _network(address: str) -> str:
    """A name for the address that does not tell it; IPv6 by /64, which is what one subscriber has."""
    import ipaddress

    try:
        found = ipaddress.ip_address(address)
        found = getattr(found, "ipv4_mapped", None) or found
        text = str(ipaddress.ip_network((found, 64), strict=False) if found.version == 6 else found)
    except ValueError:
        text = address  # none that is known: such callers share one
    return hashlib.sha256(f"{settings().parameters_path} {text}".encode()).hexdigest()[:32]
