"""Patches that stop moto from repeating work in each call, which took half of the tests' processor time.

moto's responses stay the same, with one exception: like AWS, moto can now stop an execution that has just started.
The patches are made for moto 5.2. If a later version lacks a patched attribute, importing this module fails.
"""

from __future__ import annotations

import copy
import pickle
import threading
from collections import defaultdict
from functools import cache, lru_cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import boto3
from moto.core import responses, serialize
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import Table
from moto.dynamodb.parsing import validators
from moto.dynamodb.parsing.ast_nodes import DepthFirstTraverser  # type: ignore[attr-defined]
from moto.dynamodb.parsing.expressions import UpdateExpressionParser  # type: ignore[attr-defined]
from moto.stepfunctions.parser.asl.utils import boto_client, json_path

from tests.harness.patience import until

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PLAIN = ("S", "N", "BOOL", "NULL")
"""DynamoDB's types with values that are valid JSON."""


def save() -> None:
    """Apply the patches to this process."""
    responses.method_names_from_class = cache(responses.method_names_from_class)  # type: ignore[attr-defined]
    _shorten_answers()
    _share_clients()
    _keep_little_for_undoing()
    _parse_once()


def _parse_once() -> None:
    """Cache parsed update expressions. moto parses each update twice, and repeats look-ups for each of its nodes.

    The parsed tree can be shared, because moto validates and executes a copy. Pickle copies faster than `deepcopy`.
    """
    UpdateExpressionParser.make = cache(UpdateExpressionParser.make)
    vars(validators)["deepcopy"] = lambda tree: pickle.loads(pickle.dumps(tree, pickle.HIGHEST_PROTOCOL))
    kinds = DepthFirstTraverser.nodes_to_be_processed

    def kept(self: Any) -> Any:
        if "kinds" not in vars(self):
            self.kinds = kinds(self)
        return self.kinds

    DepthFirstTraverser.nodes_to_be_processed = kept


def _shorten_answers() -> None:
    """Serialize DynamoDB's values by their type. moto tries each of the ten types."""
    write = serialize.BaseJSONSerializer._serialize_type_structure

    def shorter(self: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
        if shape.name == "AttributeValue" and isinstance(value, dict) and next(iter(value), "") in PLAIN:
            self._default_serialize(serialized, value, shape, key)
        else:
            write(self, serialized, value, shape, key)

    serialize.BaseJSONSerializer._serialize_type_structure = shorter  # type: ignore[method-assign]


def _share_clients() -> None:
    """Share one client per service among state machines. moto creates a client for each call."""
    clients: dict[Any, Any] = {}
    lock = threading.Lock()

    def client(**options: Any) -> Any:
        wanted = options["service_name"], options["region_name"], options["endpoint_url"]
        with lock:
            if wanted not in clients:
                clients[wanted] = boto3.client(**options)
            return clients[wanted]

    vars(boto_client)["boto3"] = SimpleNamespace(client=client)


def _keep_little_for_undoing() -> None:
    """Back up only the items that a transaction writes. moto copies the whole table for each write."""
    written = threading.local()
    write = DynamoDBBackend.transact_write_items

    def noting(self: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
        written.ids = set(_ids(transact_items))
        write(self, transact_items)

    def backup(self: Table, memo: Any) -> Table:
        assert not self.range_key_attr
        made = copy.copy(self)
        kept = {key: copy.deepcopy(item) if key.value in written.ids else item for key, item in self.items.items()}
        made.items = defaultdict(dict, kept)
        return made

    DynamoDBBackend.transact_write_items = noting  # type: ignore[method-assign]
    Table.__deepcopy__ = backup  # type: ignore[attr-defined]


@cache
def prepare_state_machines() -> None:
    """Patch moto's interpreter of state machines. It takes 140 MB, so only the tests that use it call this."""
    _stop_new_executions()
    _parse_machines_once()
    vars(json_path)["parse"] = cache(vars(json_path)["parse"])  # it builds a new parser for each path of each state


def _parse_machines_once() -> None:
    """Cache parsed definitions. moto parses a definition three times and again for each execution, at 0.4 s."""
    from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
    from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor
    from moto.stepfunctions.parser.models import StepFunctionsParserBackend

    parse = AmazonStateLanguageParser.parse
    tree = lru_cache(maxsize=4)(lambda definition: parse(definition)[1])

    def once(definition: str) -> Any:
        return Preprocessor().visit(tree(definition)), tree(definition)

    AmazonStateLanguageParser.parse = staticmethod(once)  # type: ignore[method-assign]
    validate = lru_cache(maxsize=4)(StepFunctionsParserBackend._validate_definition)
    StepFunctionsParserBackend._validate_definition = staticmethod(validate)  # type: ignore[method-assign]


def _stop_new_executions() -> None:
    """Let moto stop an execution that has just started: wait for the environment that its thread creates."""
    from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker

    stop = ExecutionWorker.stop

    def patient(self: ExecutionWorker, *given: Any, **named: Any) -> None:
        until(lambda: self.env)
        stop(self, *given, **named)

    ExecutionWorker.stop = patient  # type: ignore[method-assign]


def _ids(writes: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    for write in writes:
        (action,) = write.values()
        yield (action.get("Key") or action["Item"])["id"]["S"]
