"""Lambda SnapStart: a function's memory is kept once it is imported, and every process starts as a copy of that.

So what takes time is done before the snapshot, and what must not be in two places, or would be outdated, is dropped
after each restore: connections, clients and the credentials in them, secrets, the state of `random`. Nothing unique
or secret is made at import anyway; ids and seeds come from the system, which differs in each copy.
https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-python.html
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable


def arm(forget: Callable[[], object] = lambda: None) -> None:
    """Where SnapStart is on, has all this happen; where it is off, does nothing.

    `forget` drops, after a restore, what the function keeps between two calls.
    """
    if os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") != "snap-start":
        return
    hooks = importlib.import_module("snapshot_restore_py")  # part of Lambda's runtime
    hooks.register_before_snapshot(load)
    hooks.register_after_restore(renew)
    hooks.register_after_restore(forget)


def load() -> None:
    """Everything that a first call would have to load otherwise."""
    from easel import aws, catalog, requests, telemetry

    catalog.providers()
    requests.read_object(b"{}")
    telemetry.logger.debug("loaded")
    aws.load()


def renew() -> None:
    """Makes the copy one of its own."""
    import random

    from easel import aws, parameters

    aws.forget_clients()
    parameters.forget()
    random.seed()
