"""Easel's shared layer: the code that more than one function uses."""

import gc
import os

__version__ = "0.2.0.dev0"

# Without this, pydantic searches all installed packages for plugins. Easel has none.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
if os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") or os.environ.get("AWS_LAMBDA_FUNCTION_NAME"):
    # Imported objects remain, and searching them for garbage takes a tenth of init. `startup.prepare` enables the
    # collector again.
    gc.disable()
    # Without this, zoneinfo imports `sysconfig` to find the path.
    os.environ.setdefault("PYTHONTZPATH", "/usr/share/zoneinfo")
