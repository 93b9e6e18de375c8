"""Prepare a function for its first call.

Lambda runs a function's import on a whole processor, and its calls on a share that depends on its memory. So the import
loads and creates everything that a first call needs. With SnapStart, Lambda stores the memory after the import, and
every process starts as a copy of it. Connections, clients with their credentials, secrets and the state of `random`
must not be shared by copies, so they are dropped after each restore. Ids and seeds come from the operating system's
random source, which differs in each copy.
https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-python.html
"""

from __future__ import annotations

import gc
import importlib
import os
import random
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from easel.common import aws


def prepare(
    load: Callable[[], object],
    forget: Callable[[], object] = lambda: None,
    meanwhile: Callable[[], AbstractContextManager[object]] = nullcontext,
) -> None:
    """Prepare the function for its first call. Do nothing outside of Lambda.

    Args:
        load: loads and creates what this function needs besides the AWS clients.
        forget: drops what two processes must not share besides the AWS clients.
        meanwhile: reads from AWS while `load` runs. A snapshot must not contain the result, so with SnapStart `forget`
            starts this read instead.
    """
    if os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "snap-start":
        hooks = importlib.import_module("snapshot_restore_py")  # part of Lambda's runtime
        for before in (load, aws.load, _collect_garbage_again):
            hooks.register_before_snapshot(before)
        for after in (aws.forget_clients, random.seed, forget):
            hooks.register_after_restore(after)
    elif in_lambda():
        aws.connect()
        with meanwhile():
            load()
        _collect_garbage_again()


def in_lambda() -> bool:
    """Return whether this process runs in Lambda. SAM's emulator sets only `AWS_LAMBDA_FUNCTION_NAME`."""
    return any(os.environ.get(f"AWS_LAMBDA_{name}") for name in ("INITIALIZATION_TYPE", "FUNCTION_NAME"))


def _collect_garbage_again() -> None:
    """Enable the garbage collector, which `easel/__init__.py` disables. Freeze objects created during init."""
    gc.freeze()
    gc.enable()
