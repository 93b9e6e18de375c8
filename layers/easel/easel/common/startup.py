"""Prepare a function for its first call.

Lambda runs a function's import on a whole processor, and its calls on a share that depends on its memory. So the import
loads and creates everything that a first call needs. With SnapStart, Lambda stores the memory after the import, and
every process starts as a copy of it. Connections, clients with their credentials, secrets and the state of `random`
must not be shared by copies, so they are dropped after each restore. Ids and seeds come from the operating system's
random generator, which differs in each copy.
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
    """Prepare the function for its first call. Do nothing outside Lambda.

    Args:
        load: imports and creates what the function needs in addition to the AWS clients.
        forget: drops what copies of the process must not share, in addition to the AWS clients.
        meanwhile: a context that reads from AWS while `load` runs. It is not used with SnapStart, since a snapshot must
            not contain the result; `forget` starts the read instead.
    """
    if os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "snap-start":
        hooks = importlib.import_module("snapshot_restore_py")  # part of Lambda's runtime
        for before in (load, aws.load, _enable_garbage_collection):
            hooks.register_before_snapshot(before)
        for after in (aws.forget_clients, random.seed, forget):
            hooks.register_after_restore(after)
    elif in_lambda():
        aws.connect()
        with meanwhile():
            load()
        _enable_garbage_collection()


def in_lambda() -> bool:
    """Return True if this process runs in Lambda. SAM's emulator sets only `AWS_LAMBDA_FUNCTION_NAME`."""
    return any(os.environ.get(f"AWS_LAMBDA_{name}") for name in ("INITIALIZATION_TYPE", "FUNCTION_NAME"))


def _enable_garbage_collection() -> None:
    """Freeze the objects that init created. Enable the garbage collector, which `easel/__init__.py` disables."""
    gc.freeze()
    gc.enable()
