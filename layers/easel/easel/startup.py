"""Lambda SnapStart: a function's memory is kept once it is imported, and every process starts as a copy of that.

So what takes time is done before the snapshot, and what must not be in two places, or would be outdated, is dropped
after each restore: connections, clients and the credentials in them, secrets, the state of `random`. Nothing unique
or secret is made at import anyway; ids and seeds come from the system, which differs in each copy.
https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-python.html
"""

from __future__ import annotations

import importlib
import os
import random
from collections.abc import Callable

from easel import aws, parameters
from easel.telemetry import logger


def arm(load: Callable[[], object], forget: Callable[[], object] = lambda: None) -> None:
    """Where SnapStart is on, registers what is done before a snapshot and after a restore; else does nothing.

    Args:
        load: loads what a first call to this function needs, beside the AWS clients and the logger.
        forget: drops what this function keeps between two calls, beside clients and secrets.
    """
    if os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") != "snap-start":
        return
    hooks = importlib.import_module("snapshot_restore_py")  # part of Lambda's runtime
    for step in (load, _load):
        hooks.register_before_snapshot(step)
    for step in (_renew, forget):
        hooks.register_after_restore(step)


def _load() -> None:
    logger.debug("loaded")  # the first line makes the logger
    aws.load()


def _renew() -> None:
    aws.forget_clients()
    parameters.forget()
    random.seed()
