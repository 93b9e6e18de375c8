"""Choose the payers of a picture, and reserve and settle its charge at each of them.

| caller | payer |
|---|---|
| with an Easel key, for calls and batches | the key |
| without a key or token, if the provider accepts that | the address (pictures a day) |
| with a provider's token, if `JobsAtOnce` is set | the address (jobs at once) |
| all of these and scheduled batches, if `DailyPictures` is set | also the deployment |

The address is the source address that API Gateway reports. Headers that name an address are ignored.
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
"""Share of the deployment's daily pictures at which a log line triggers the template's alarm."""


def payers(key: str | None, token: str | None, address: str) -> tuple[Payer, ...]:
    """Return the payers of a call's picture.

    Args:
        key: id of the call's Easel key, or None.
        token: the call's token for the provider, or None.
        address: the caller's address, as API Gateway reports it.

    Raises:
        AuthRequired: this deployment requires a token or a key.
    """
    if key:
        return _with_deployment(Payer.of_key(key))
    if not token:
        if not settings().anonymous_pictures:
            raise AuthRequired(
                "this deployment requires a token or a key: send a token of the provider, or an Easel key as "
                "Authorization: Bearer ek_…",
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
    """Return the payers, and the deployment if its daily pictures are limited."""
    return (*payers, DEPLOYMENT) if settings().daily_pictures else payers


def reserve(charge: Charge, request: GenerationRequest) -> tuple[Charge, dict[str, str]]:
    """Count a picture at all of its payers. If one refuses, undo the others and raise its error.

    Returns:
        The charge as counted, and response headers with what is left of the first payer's limits.

    Raises:
        AccessDenied: the key may not use the model.
        EaselError: see `charges.reserve`.
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
    """Reserve a call's picture. Return the headers of `reserve` and raise its errors.

    With `stored`, the job is in the table. It is then stored as failed, and the error has its id.
    """
    try:
        return reserve(_charge(job), job.request)[1]
    except EaselError as error:
        if stored:
            with suppress(EaselError):
                error.job = jobs.give_up(job, error).id
        raise


def settle_job(job: Job, *, drawn: bool | None = None) -> None:
    """Settle a call's picture if the job has ended. A second call does nothing.

    Args:
        job: the job.
        drawn: whether the provider may have generated a picture. None means unknown: a started job counts as drawn.
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
        text = "the deployment's daily pictures are nearly used up"
        # `critical` is logged at any `LogLevel`, and the alarm for errors does not count it.
        logger.critical(text, extra={"alarm": "daily-pictures", "used": use.used, "allowed": use.limit})


def _subscriber(address: str) -> str:
    """Return a hash of the caller's IPv4 address or 64-bit IPv6 network, which a provider gives to one subscriber."""
    import ipaddress

    try:
        parsed = ipaddress.ip_address(address)
        parsed = getattr(parsed, "ipv4_mapped", None) or parsed
        text = str(ipaddress.ip_network((parsed, 64), strict=False) if parsed.version == 6 else parsed)
    except ValueError:
        text = address  # not an IP address: all such callers share one hash
    return hashlib.sha256(f"{settings().parameters_path} {text}".encode()).hexdigest()[:32]
