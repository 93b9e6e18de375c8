"""Who pays for a picture; and reserving and settling it at all of its payers.

| caller | payer |
|---|---|
| the holder of an Easel key, with calls and with batches | the key |
| a caller without a key or a token, where the provider takes such calls | the address, for pictures a day |
| a caller with a provider's token | the address, for jobs at once, if `JobsAtOnce` is set |
| every caller, and a schedule's batch, if `DailyPictures` is set | the deployment as well |

The address is the one that API Gateway saw; headers that name an address are ignored.
"""

from __future__ import annotations

import hashlib
import math
import time
from contextlib import suppress

from easel.budgets import charges, usage
from easel.budgets.charges import Charge
from easel.budgets.keys import Key
from easel.common.telemetry import logger
from easel.errors import AuthRequired, EaselError
from easel.settings import settings
from easel.store import jobs
from easel.store.payer import DEPLOYMENT, Payer, PayerKind
from easel.store.records import GenerationRequest, Job
from easel.store.table import Item

ALARM_SHARE = 0.8
"""The part of the deployment's daily pictures whose use is logged for the template's alarm."""


def payers(key: str | None, token: str | None, address: str) -> tuple[Payer, ...]:
    """Who pays for a call's picture.

    Args:
        key: id of the Easel key that the call shows.
        token: the provider's token that it brings.
        address: the caller's, as API Gateway saw it.

    Raises:
        AuthRequired: this deployment does not generate without a token or key.
    """
    if key:
        return _with_deployment(Payer.of_key(key))
    if not token:
        if not settings().anonymous_pictures:
            raise AuthRequired(
                "this deployment generates nothing without a token or key: send a token of the provider, or an Easel "
                "key as Authorization: Bearer ek_…",
                field="Authorization",
            )
        return _with_deployment(Payer(PayerKind.ANONYMOUS, _subscriber(address)))
    if settings().jobs_at_once:
        return _with_deployment(Payer(PayerKind.ADDRESS, _subscriber(address)))
    return _with_deployment()


def batch_charge(job_id: str, key: str | None, when: float) -> Charge:
    """Return the charge for a batch's picture. `key` is the id of the key that started the batch, or None."""
    return Charge(job_id, _with_deployment(*([Payer.of_key(key)] if key else ())), when, batch=True)


def _with_deployment(*payers: Payer) -> tuple[Payer, ...]:
    """Return the payers, and the deployment itself if its pictures are limited."""
    return (*payers, DEPLOYMENT) if settings().daily_pictures else payers


def reserve(charge: Charge, request: GenerationRequest) -> tuple[Charge, dict[str, str]]:
    """Count a picture at all of its payers, or at none.

    Returns:
        The charge as it was counted, and the headers that tell what is left of the first payer's limits.

    Raises:
        AccessDenied: the key may not use the model.
        EaselError: as `charges.reserve` raises them.
    """
    headers: dict[str, str] = {}
    reserved: list[Payer] = []
    try:
        for payer in charge.payers:
            charge, item = charges.reserve(charge, payer)
            reserved.append(payer)
            if payer == DEPLOYMENT:
                _log_for_alarm(item, charge)
            elif payer.kind is PayerKind.KEY:
                Key.from_item(item).check_model(request.provider, request.model)
            if len(reserved) == 1:
                headers = usage.headers(usage.uses(payer, item, charge.when), time.time())
    except EaselError:
        for payer in reserved:
            charges.settle(charge, payer, drawn=False)
        raise
    return charge, headers


def admit(job: Job, *, stored: bool) -> dict[str, str]:
    """Reserve a call's picture; return the headers of `reserve`.

    Raises as `reserve` does; a job that is stored is failed with that error first.
    """
    try:
        return reserve(_charge(job), job.request)[1]
    except EaselError as error:
        if stored:
            with suppress(EaselError):
                jobs.give_up(job, error)
        raise


def settle_job(job: Job, *, drawn: bool | None = None) -> None:
    """Settle a call's picture once the job has ended. A second call does nothing.

    Args:
        job: the job as it ended.
        drawn: whether the provider may have drawn a picture; None if that is not known: then a job that was begun
            counts as drawn.
    """
    if job.ended:
        settle(_charge(job), drawn=job.started is not None if drawn is None else drawn)


def settle(charge: Charge, *, drawn: bool) -> None:
    """Settle a picture at each of its payers."""
    for payer in charge.payers:
        charges.settle(charge, payer, drawn=drawn)


def _charge(job: Job) -> Charge:
    return Charge(job.id, tuple(Payer.parse(item_id) for item_id in job.payers), job.created)


def _log_for_alarm(item: Item, charge: Charge) -> None:
    (use,) = usage.uses(DEPLOYMENT, item, charge.when)
    if use.used == math.ceil(ALARM_SHARE * use.limit):
        text = "the deployment's pictures of the day are nearly used up"
        # `critical`, so that it is logged at any `LogLevel`, and the alarm of errors does not count it.
        logger.critical(text, extra={"alarm": "daily-pictures", "used": use.used, "allowed": use.limit})


def _subscriber(address: str) -> str:
    """Return a hash of the address that one subscriber has: an IPv4 address, or an IPv6 network of 64 bits."""
    import ipaddress

    try:
        parsed = ipaddress.ip_address(address)
        parsed = getattr(parsed, "ipv4_mapped", None) or parsed
        text = str(ipaddress.ip_network((parsed, 64), strict=False) if parsed.version == 6 else parsed)
    except ValueError:
        text = address  # unknown; all such callers share one hash
    return hashlib.sha256(f"{settings().parameters_path} {text}".encode()).hexdigest()[:32]
