"""`local.http_api`: the HTTP API's routes and CORS settings from the OpenAPI body that SAM writes."""

from typing import Any
from unittest.mock import Mock

import pytest

from local import http_api


def operation(function: str) -> dict[str, Any]:
    uri = f"arn:${{AWS::Partition}}:apigateway:${{AWS::Region}}:lambda:path/2015-03-31/functions/${{{function}.Arn}}"
    return {"x-amazon-apigateway-integration": {"type": "aws_proxy", "uri": {"Fn::Sub": f"{uri}/invocations"}}}


BODY = {
    "paths": {
        "$default": {"x-amazon-apigateway-any-method": {**operation("Router"), "isDefaultRoute": True}},
        "/api/upscale": {"post": operation("HuggingFace")},
        "/any/{proxy+}": {"x-amazon-apigateway-any-method": operation("Router")},
    },
    "x-amazon-apigateway-cors": {
        "allowOrigins": "https://a.example,https://b.example",
        "allowMethods": ["GET", "POST"],
        "allowHeaders": ["*"],
        "maxAge": "60",
    },
}


def test_each_route_leads_to_its_function() -> None:
    assert http_api.routes(BODY) == {
        "$default": "Router",
        "POST /api/upscale": "HuggingFace",
        "ANY /any/{proxy+}": "Router",
    }


def test_a_route_without_a_function_is_an_error() -> None:
    body = {"paths": {"/x": {"get": {"x-amazon-apigateway-integration": {"uri": {"Fn::Sub": "http://elsewhere"}}}}}}
    with pytest.raises(ValueError, match="the route get /x leads to no function"):
        http_api.routes(body)


def test_cors_settings_have_the_shape_of_the_api_call() -> None:
    assert http_api.cors(BODY) == {
        "AllowOrigins": ["https://a.example", "https://b.example"],
        "AllowMethods": ["GET", "POST"],
        "AllowHeaders": ["*"],
        "ExposeHeaders": [],
        "MaxAge": 60,
        "AllowCredentials": False,
    }


def test_an_api_without_cors_is_not_updated() -> None:
    gateway = Mock()
    http_api.import_body(gateway, "api", {"paths": {}}, {})
    gateway.update_api.assert_not_called()


def test_the_import_creates_an_integration_for_every_route() -> None:
    gateway = Mock()
    gateway.create_integration.return_value = {"IntegrationId": "i1"}
    arn = "arn:aws:lambda:us-east-1:000000000000:function:"
    http_api.import_body(gateway, "api", BODY, {"Router": f"{arn}easel-router", "HuggingFace": f"{arn}easel-hf"})
    uris = [call.kwargs["IntegrationUri"] for call in gateway.create_integration.call_args_list]
    prefix = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
    assert uris[1] == f"{prefix}{arn}easel-hf/invocations"
    gateway.create_route.assert_any_call(ApiId="api", RouteKey="POST /api/upscale", Target="integrations/i1")
    assert gateway.create_route.call_count == 3
    assert gateway.update_api.call_args.kwargs["ApiId"] == "api"
