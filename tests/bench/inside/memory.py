# mypy: ignore-errors
"""`memory.py MODULE COUNT`: the process's peak memory in MB after the import and after that many generations."""

import importlib
import sys
from pathlib import Path

import calls


def peak():
    status = Path("/proc/self/status").read_text()  # what getrusage tells begins with the parent process's peak
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


module, count = sys.argv[1], int(sys.argv[2])
handler = importlib.import_module(module).handler
imported = peak()
for number in range(count):
    event = calls.generate() if module == "router" else calls.job(module, number)
    answer = handler(event, calls.Context())
    assert answer.get("statusCode") == 200 or answer.get("status") == "succeeded", answer
print(f"[{imported}, {peak()}]")
