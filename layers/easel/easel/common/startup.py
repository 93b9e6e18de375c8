"""What is done before a function's first call.

Lambda runs the import of a function on a whole processor, and its calls on a part of one that follows from its memory.
So an import loads and makes all that a first call needs. With SnapStart the memory is kept once that is done, and every
process starts as a copy of it: then connections, clients with their credentials, secrets and the state of `random` must
not be part of it, and are dropped after each restore. Ids and seeds come from the system, which differs in each copy.
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
    """Get the function ready for its first call; do nothing outside of Lambda.

    Args:
        load: loads and makes what this function needs, beside the AWS clients.
        forget: drops what must not be in two processes, beside the AWS clients.
        meanwhile: reads from AWS while `load` is at work. A snapshot must not hold that: `forget` begins it there.
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
    """Return whether this is a Lambda function's process; SAM's emulator tells the name alone."""
    return any(os.environ.get(f"AWS_LAMBDA_{name}") for name in ("INITIALIZATION_TYPE", "FUNCTION_NAME"))


def _collect_garbage_again() -> None:
    """End what `easel/__init__.py` begins. What init has made is looked at no more: it stays."""
    gc.freeze()
    gc.enable()
