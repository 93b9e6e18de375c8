"""Lambda's Runtime API for one function with SnapStart. SAM CLI's emulator does not support restores.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

from __future__ import annotations

import json
import queue
import threading
import time
import uuid
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response

from tests.harness.cloud import Server
from tests.harness.patience import HANGS_SECONDS

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

FUNCTION_SECONDS = HANGS_SECONDS


class RuntimeApi:
    """Sends events to a runtime client after its restore, and receives its responses."""

    def __init__(self) -> None:
        self.snapshot_taken, self._restored = threading.Event(), threading.Event()
        self._events: queue.Queue[Any] = queue.Queue()
        self._answers: queue.Queue[Any] = queue.Queue()
        self._server = Server(self._answer)
        self.address = self._server.url.removeprefix("http://")

    def restore(self) -> None:
        """Let the runtime client continue after its snapshot."""
        self._restored.set()

    def invoke(self, event: Any) -> Any:
        self._events.put(event)
        return self._answers.get(timeout=FUNCTION_SECONDS)

    def close(self) -> None:
        self._server.close()

    def _answer(self, request: Request) -> Response:
        if request.path.endswith("/restore/next"):
            self.snapshot_taken.set()
            self._restored.wait(FUNCTION_SECONDS)
            return Response("")
        if request.path.endswith("/invocation/next"):
            return self._next(self._events.get())
        self._answers.put(json.loads(request.get_data()))  # an invocation's response, its error, or init's error
        return Response("", 202)

    def _next(self, event: Any) -> Response:
        headers = {
            "Lambda-Runtime-Aws-Request-Id": str(uuid.uuid4()),
            "Lambda-Runtime-Deadline-Ms": str(int((time.time() + FUNCTION_SECONDS) * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:us-east-1:123456789012:function:easel:live",
        }
        return Response(json.dumps(event), 200, headers, content_type="application/json")
