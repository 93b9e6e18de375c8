# mypy: ignore-errors
"""`start.py import STATEMENT`: seconds of processor time of an import, which load on the machine affects least.

`start.py answer MODULE EVENT`: seconds of a cold start, to the import and to the answer after it. EVENT is `health`,
`generate` or `job`. Before the clock starts, only the modules that every Python loads are imported.
"""

import sys
import time

kind, subject = sys.argv[1:3]
clock = time.process_time if kind == "import" else time.perf_counter
began = clock()
exec(f"import {subject}")
imported = clock() - began
answered = 0.0
if kind == "answer":
    import calls

    chosen = sys.argv[3]
    event = {"health": lambda: calls.http("GET", "/api"), "generate": calls.generate}.get(
        chosen, lambda: calls.job(subject)
    )()
    handler = sys.modules[subject].handler
    began = time.perf_counter()
    answer = handler(event, calls.Context())
    answered = time.perf_counter() - began
    assert answer.get("statusCode") == 200 or answer.get("status") == "succeeded", answer
print(f"[{imported}, {answered}]")
