"""Easel's shared layer: everything that more than one function needs, from the catalog to the job record."""

import gc
import os

__version__ = "0.2.0.dev0"

# pydantic would look through every installed package for plugins of its own, of which there are none.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
if os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") or os.environ.get("AWS_LAMBDA_FUNCTION_NAME"):
    # What a function imports stays: to look for garbage in it takes a tenth of init. `startup.prepare` ends this.
    gc.disable()
    # zoneinfo reads how Python was built, for this path.
    os.environ.setdefault("PYTHONTZPATH", "/usr/share/zoneinfo")
