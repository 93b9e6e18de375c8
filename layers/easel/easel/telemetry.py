"""Logs and metrics, through Powertools for AWS Lambda. Nothing here ever sees a token or a whole event.

Traces: the functions run with X-Ray active, which records every invocation; the tracing SDK would add a third to the
import of a provider's handler and is left out.
"""

from __future__ import annotations

from aws_lambda_powertools import Logger

logger = Logger(service="easel", log_uncaught_exceptions=False)
