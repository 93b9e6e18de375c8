"""Set up the HTTP API's routes and CORS from the OpenAPI body that SAM writes.

On AWS, CloudFormation imports that body into API Gateway. MiniStack 1.5.33 creates the API and its stage and ignores
the body. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-open-api.html
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

ANY_METHOD = "x-amazon-apigateway-any-method"
CORS = "x-amazon-apigateway-cors"
INTEGRATION = "x-amazon-apigateway-integration"
FUNCTION_ARN = re.compile(r"functions/\$\{(\w+)\.Arn\}/invocations")


def routes(body: Mapping[str, Any]) -> dict[str, str]:
    """Return the functions' logical ids by route key, such as `POST /api/upscale` or `$default`."""
    return dict(_routes(body))


def _routes(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for path, methods in body["paths"].items():
        for method, operation in methods.items():
            target = FUNCTION_ARN.search(operation[INTEGRATION]["uri"]["Fn::Sub"])
            if target is None:
                raise ValueError(f"the route {method} {path} leads to no function of the template: {operation}")
            verb = "ANY" if method == ANY_METHOD else method.upper()
            yield ("$default" if path == "$default" else f"{verb} {path}"), target[1]


def cors(body: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the API's CORS settings in the form of `UpdateApi`, or None without any."""
    settings = body.get(CORS)
    if settings is None:
        return None
    lists = {
        name: _list(settings.get(name, []))
        for name in ("allowOrigins", "allowMethods", "allowHeaders", "exposeHeaders")
    }
    return {
        **{name[0].upper() + name[1:]: values for name, values in lists.items()},
        "MaxAge": int(settings.get("maxAge", 0)),
        "AllowCredentials": bool(settings.get("allowCredentials", False)),
    }


def _list(value: str | list[str]) -> list[str]:
    """Return a list. The value of a list parameter is text."""
    return value.split(",") if isinstance(value, str) else value


def import_body(gateway: Any, api_id: str, body: Mapping[str, Any], function_arns: Mapping[str, str]) -> None:
    """Create the API's routes and CORS settings. `gateway` is a boto3 `apigatewayv2` client."""
    for key, function in routes(body).items():
        arn = function_arns[function]
        region = arn.split(":")[3]
        uri = f"arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{arn}/invocations"
        integration = gateway.create_integration(
            ApiId=api_id,
            IntegrationType="AWS_PROXY",
            IntegrationUri=uri,
            IntegrationMethod="POST",
            PayloadFormatVersion="2.0",
        )
        gateway.create_route(ApiId=api_id, RouteKey=key, Target=f"integrations/{integration['IntegrationId']}")
    if settings := cors(body):
        gateway.update_api(ApiId=api_id, CorsConfiguration=settings)
