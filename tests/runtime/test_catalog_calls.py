"""Calls that the built router answers without AWS: health, catalog, documentation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.harness.template import ROOT

if TYPE_CHECKING:
    from tests.harness.artifacts import Artifacts

CATALOG_CALLS = """
import json, types, router

event = json.loads(sys.argv[1])
context = types.SimpleNamespace(aws_request_id="1", function_name="easel-router")
context.get_remaining_time_in_millis = lambda: 30_000
statuses = []
for path in sys.argv[2:]:
    event["rawPath"] = event["requestContext"]["http"]["path"] = path
    statuses.append(router.handler(event, context)["statusCode"])
print(json.dumps([statuses, sorted({"boto3", "botocore.client", "httpx2"} & set(sys.modules))]))
"""
CATALOG_PATHS = (
    *("/", "/api", "/api/providers", "/api/providers/gitee/models", "/api/providers/nobody/models", "/api/models"),
    *("/docs", "/openapi.json", "/v1/models"),
)


def test_health_and_catalog_need_no_aws_client(artifacts: Artifacts) -> None:
    event = (ROOT / "events/router-health.json").read_text()
    statuses, loaded = artifacts.run("RouterFunction", CATALOG_CALLS, event, *CATALOG_PATHS)
    assert set(statuses) <= {200, 307, 404}
    assert loaded == []
