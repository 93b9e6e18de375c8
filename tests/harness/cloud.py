"""Emulated AWS: moto behind a real port, plus Lambda's Invoke, with faults on demand. See also `loopback`.

Every call is recorded as `service.Operation` in the order of arrival. Rules run before moto: each may refuse a call or
do something before the call is passed on.
"""

from __future__ import annotations

import copy
import io
import itertools
import json
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qs, urlsplit

import boto3
from moto.core.config import default_user_config
from moto.core.models import DEFAULT_ACCOUNT_ID as ACCOUNT
from moto.core.request import Request as MotoRequest
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.responses import DynamoHandler
from moto.moto_server.werkzeug_app import create_backend_app
from moto.s3.models import s3_backends
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from tests.harness import botocore_speedups, loopback, moto_speedups, template
from tests.harness.patience import until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from moto.dynamodb.models.table import Table
    from moto.s3.models import FakeBucket

    from tests.harness.iam import Rights

Invoke = Callable[[str, str, bytes], Response]

botocore_speedups.save()
moto_speedups.save()

_numbers = itertools.count(1)  # moto has one account per process

CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
}


@dataclass(frozen=True)
class Refusal:
    """An error response from AWS."""

    status: int
    code: str

    def response(self, service: str) -> Response:
        if service == "s3":
            text = f"<?xml version='1.0'?><Error><Code>{self.code}</Code><Message>weather</Message></Error>"
            return Response(text, self.status, content_type="application/xml")
        body = {"__type": f"com.amazonaws.dynamodb.v20120810#{self.code}", "message": "weather"}
        headers = {"X-Amzn-ErrorType": self.code}
        return Response(json.dumps(body), self.status, headers, content_type="application/x-amz-json-1.0")


FORBIDDEN = Refusal(403, "AccessDenied")
Effect = Callable[[], Refusal | None]


@dataclass(frozen=True)
class Cut(Refusal):
    """A lost response: the call is carried out, and then its connection breaks.

    The connection of an invocation breaks `after` seconds after its arrival, while the function runs on.
    """

    status: int = 0
    code: str = ""
    after: float = 0.2
    once: Callable[[], object] | None = None
    """If given, an invocation's connection breaks as soon as this returns true, instead of after a time."""


@dataclass(frozen=True)
class Dropped(Refusal):
    """A lost request: the connection breaks before the call is carried out."""

    status: int = 0
    code: str = ""


@dataclass(frozen=True)
class Late(Dropped):
    """A delayed request: the connection breaks, and the call is carried out `after` seconds later."""

    after: float = 0.5


@dataclass(frozen=True)
class Then(Refusal):
    """Not a refusal: the call is carried out, and `action` runs before its response is sent."""

    status: int = 0
    code: str = ""
    action: Callable[[], object] = bool


@dataclass(frozen=True)
class Repeated(Refusal):
    """Not a refusal: the call is carried out twice, as by a proxy that lost the first response."""

    status: int = 0
    code: str = ""


class QuietHandler(WSGIRequestHandler):
    """Keeps connections open like AWS, and does not log."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # headers and body are sent separately: the body would wait 40 ms

    def log(self, kind: str, message: str, *args: Any) -> None:
        pass


class Server:
    """A WSGI application on a free loopback port, with a thread per request."""

    def __init__(self, app: Callable[[Request], Response]) -> None:
        self._server: BaseWSGIServer = make_server(
            "127.0.0.1", 0, cast("Any", Request.application(app)), threaded=True, request_handler=QuietHandler
        )
        self._server.socket.listen(512)  # hundreds of calls arrive at once
        self.url = f"http://127.0.0.1:{self._server.port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Cloud:
    """S3, DynamoDB and moto's other services, with the template's table and bucket."""

    def __init__(self, invoke: Invoke | None = None) -> None:
        default_user_config["stepfunctions"] = {
            "execute_state_machine": True
        }  # run executions instead of only storing them
        self._invoke = invoke
        self._rules: list[tuple[str, bytes, Effect]] = []
        self._recordings: list[list[tuple[str, bytes]]] = []
        # moto's conditional writes are not atomic, and listing a bucket fails if an object is added meanwhile
        self._one_at_a_time = {"dynamodb": threading.Lock(), "s3": threading.Lock()}
        self._clients: dict[str, Any] = {}
        self._lock = threading.Lock()
        self.rights: Rights | None = None
        """If set, calls that a role has signed need that role's permissions."""
        self.calls: list[str] = []
        self._server = Server(self._answer)
        self.url = self._server.url
        loopback.serve(urlsplit(self.url).netloc, self._answer)
        self.environment = {**CREDENTIALS, "AWS_ENDPOINT_URL": self.url, **_resources()}
        self._create()

    def close(self) -> None:
        loopback.stop(urlsplit(self.url).netloc)
        self._server.close()

    @contextmanager
    def invoking(self, invoke: Invoke) -> Iterator[None]:
        """Use these Lambda functions for calls and for state machines."""
        before, self._invoke = self._invoke, invoke
        try:
            yield
        finally:
            self._invoke = before

    def client(self, service: str) -> Any:
        """Return a client for inspecting what Easel stored. It is not one of Easel's clients."""
        with self._lock:
            if service not in self._clients:
                if service == "stepfunctions":
                    moto_speedups.prepare_state_machines()
                self._clients[service] = _session().client(cast("Any", service), endpoint_url=self.url)
            return self._clients[service]

    @contextmanager
    def recording(self) -> Iterator[list[tuple[str, bytes]]]:
        """Record each call: its `service.Operation`, and its URL followed by its body."""
        kept: list[tuple[str, bytes]] = []
        self._recordings.append(kept)
        try:
            yield kept
        finally:
            self._recordings.remove(kept)

    @contextmanager
    def rule(self, operation: str, effect: Effect, holding: bytes = b"") -> Iterator[None]:
        """Run `effect` before every call of that `service.Operation` whose body holds these bytes.

        A refusal that it returns is the response.
        """
        entry = (operation, holding, effect)
        self._rules.append(entry)
        try:
            yield
        finally:
            self._rules.remove(entry)

    @contextmanager
    def refusing(self, operation: str, code: str, status: int = 400, *, times: int = 10**6) -> Iterator[None]:
        """Refuse the first `times` calls of that operation."""
        left = iter(range(times))
        with self.rule(operation, lambda: None if next(left, None) is None else Refusal(status, code)):
            yield

    @contextmanager
    def cutting(self, operation: str, once: Callable[[], object] | None = None) -> Iterator[None]:
        """Carry out the calls of that operation and lose their responses, see `Cut`."""
        with self.rule(operation, lambda: Cut(once=once)):
            yield

    @contextmanager
    def once_done(self, operation: str, action: Callable[[], object]) -> Iterator[None]:
        """Carry out the first call of that operation, and run `action` before its response."""
        left = iter([Then(action=action)])
        with self.rule(operation, lambda: next(left, None)):
            yield

    @contextmanager
    def counting(self) -> Iterator[Counter[str]]:
        """Count calls by operation. The counter is filled at the end."""
        counted: Counter[str] = Counter()
        start = len(self.calls)
        yield counted
        counted.update(self.calls[start:])

    def wipe(self) -> None:
        """Empty the table, the bucket and the list of calls."""
        with self._one_at_a_time["dynamodb"]:
            self._table.items.clear()
        with self._one_at_a_time["s3"]:
            self._bucket.keys.clear()
        self.calls.clear()

    def items(self) -> list[dict[str, Any]]:
        """Return all items of the job table, without calls to AWS."""
        with self._one_at_a_time["dynamodb"]:
            return [copy.deepcopy(item.to_json()["Attributes"]) for item in self._table.all_items()]

    def stored(self) -> list[str]:
        """Return the keys of all objects in the bucket, without calls to AWS."""
        with self._one_at_a_time["s3"]:
            return sorted(self._bucket.keys)

    def texts(self) -> Iterator[tuple[str, str]]:
        """Yield everything stored, as (place, text), for tests that search for a secret."""
        for item in self.items():
            yield f"table {item['id']['S']}", json.dumps(item)
        with self._one_at_a_time["s3"]:
            stored = list(self._bucket.keys.items())
        for key, kept in stored:
            yield f"bucket {key}", json.dumps(dict(kept.metadata)) + kept.value.decode("latin-1")

    @property
    def uses_state_machines(self) -> bool:
        """Whether a test has created a state machine, which loads moto's interpreter in 3 s."""
        return "stepfunctions" in self._clients

    @property
    def _table(self) -> Table:
        return dynamodb_backends[ACCOUNT]["us-east-1"].tables[self.environment["JOBS_TABLE"]]

    @property
    def _bucket(self) -> FakeBucket:
        return s3_backends[ACCOUNT]["aws"].buckets[self.environment["IMAGES_BUCKET"]]

    def object(self, key: str) -> dict[str, Any]:
        """Return S3's response for an object, with its bytes as `Body`."""
        response = self.client("s3").get_object(Bucket=self.environment["IMAGES_BUCKET"], Key=key)
        return {**response, "Body": response["Body"].read()}

    def _create(self) -> None:
        bucket, table = template.properties("ImagesBucket"), template.properties("JobsTable")
        s3, name = self.client("s3"), self.environment["IMAGES_BUCKET"]
        s3.create_bucket(Bucket=name)
        encryption = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        rules = [{"ApplyServerSideEncryptionByDefault": rule["ServerSideEncryptionByDefault"]} for rule in encryption]
        s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": rules})
        blocked = bucket["PublicAccessBlockConfiguration"]
        s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=blocked)
        known = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
        settings = {key: value for key, value in table.items() if key in known}
        self.client("dynamodb").create_table(TableName=self.environment["JOBS_TABLE"], **settings)

    def _answer(self, request: Request) -> Response:
        service, operation = _operation(request)
        self.calls.append(f"{service}.{operation}")
        for kept in self._recordings:
            kept.append((f"{service}.{operation}", f"{request.url}\n".encode() + _body(request)))
        if self.rights and self.rights.refuses(request, service):
            return FORBIDDEN.response(service)
        for name, holding, effect in list(self._rules):
            called = name == f"{service}.{operation}" and (not holding or holding in _body(request))
            if called and (refusal := effect()):
                return self._hindered(request, service, refusal)
        response = self._carry_out(request, service)
        if self.rights and service == "s3" and response.status_code == 404 and self.rights.hides(request):
            return FORBIDDEN.response(service)
        return response

    def _hindered(self, request: Request, service: str, refusal: Refusal) -> Response:
        if isinstance(refusal, Cut | Dropped):
            return self._cut(request, refusal)
        if isinstance(refusal, Then):
            response = self._carry_out(request, service)
            refusal.action()
            return response
        if isinstance(refusal, Repeated):
            body = request.get_data()
            for _ in range(2):
                request.environ["wsgi.input"] = io.BytesIO(body)
                response = self._carry_out(request, service)
            return response
        return refusal.response(service)

    def _cut(self, request: Request, cut: Cut | Dropped) -> Response:
        _body(request)
        service = _operation(request)[0]
        if isinstance(cut, Dropped):
            if isinstance(cut, Late):
                threading.Timer(cut.after, self._carry_out, args=(request, service)).start()
            return self._hung_up(request)
        if service == "lambda":
            threading.Thread(target=self._carry_out, args=(request, service), daemon=True).start()
            if cut.once:
                until(cut.once)
            else:
                time.sleep(cut.after)
        else:
            self._carry_out(request, service)
        return self._hung_up(request)

    def _hung_up(self, request: Request) -> Response:
        request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        return Response()

    def _carry_out(self, request: Request, service: str) -> Response:
        if service == "lambda" and self._invoke:
            function = request.path.split("/")[3]
            kind = request.headers.get("X-Amz-Invocation-Type", "RequestResponse")
            return self._invoke(function, kind, request.get_data())
        with self._one_at_a_time.get(service, nullcontext()):
            if service == "dynamodb":  # without Flask, which takes a tenth of the time
                sent = MotoRequest(request.environ)
                status, headers, body = DynamoHandler.dispatch(sent, sent.raw_url, dict(sent.headers))
                return Response(body, status, headers)
            return Response.from_app(cast("Any", _moto(service)), request.environ)


@cache
def _moto(service: str) -> Any:
    """Return moto's application for a service, by the service's name in signatures."""
    app = create_backend_app(cast("Any", {"states": "stepfunctions"}.get(service, service)))
    app.debug = False  # Flask would prepare each request for its debugger
    return app


@cache
def _session() -> boto3.Session:
    """Return the session of all inspecting clients, which reads each service's model once."""
    return boto3.Session("testing", "testing", region_name="us-east-1")


def _resources() -> dict[str, str]:
    number = next(_numbers)
    table, bucket = f"{template.STACK_NAME}-jobs-{number}", f"{template.STACK_NAME}-images-{number}"
    return {"JOBS_TABLE": table, "IMAGES_BUCKET": bucket}


def _body(request: Request) -> bytes:
    body = request.get_data()
    request.environ["wsgi.input"] = io.BytesIO(body)  # moto reads the body again
    return body


def _operation(request: Request) -> tuple[str, str]:
    """Return the service in the signature, and the operation in the service's spelling: `("dynamodb", "PutItem")`."""
    signed = request.headers.get("Authorization") or _first(parse_qs(request.query_string.decode()), "X-Amz-Credential")
    match = re.search(r"/([a-z0-9-]+)/aws4_request", signed)
    service = match[1] if match else "s3"
    if service == "s3":
        place = "Object" if request.path.strip("/").count("/") else "Bucket"
        return service, f"{request.method.capitalize()}{place}"
    if service == "lambda":
        return service, "Invoke"
    return service, request.headers.get("X-Amz-Target", "").split(".")[-1] or "Other"


def _first(values: dict[str, list[str]], name: str) -> str:
    return next(iter(values.get(name, [])), "")
