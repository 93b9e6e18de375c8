"""README and `docs/` agree with the catalog, the errors, the template and the code."""

from __future__ import annotations

import json
import re

import pytest

import batch_preview as preview
import job_groups
import planning
import router
from easel import catalog
from easel.batch import batches, manifest
from easel.catalog import Range
from easel.catalog.requests import MAX_SIDE, MIN_SIDE, GenerateBody
from easel.errors import AccessDenied
from easel.front_door import job_responses, request_body, wait
from easel.front_door.validation import parse_generate
from easel.providers import downloads
from easel.store import images, source_images
from local import api_gateway
from tests.bench import prices
from tests.harness import documents, gateway, template
from tests.harness.openapi_check import Description
from tests.harness.template import ROOT
from tests.unit.test_errors import CODES
from v1 import files

TEXT = "\n".join(documents.TEXTS.values())


def table(first_column: str, heading: str | None = None) -> list[documents.Row]:
    matching = [
        rows
        for title, rows in documents.tables(TEXT)
        if rows and next(iter(rows[0])) == first_column and heading in (None, title)
    ]
    assert len(matching) == 1, (first_column, heading)
    return matching[0]


def names_in(first_column: str) -> set[str]:
    return {name for row in table(first_column) for name in re.findall(r"`(\w+)`", row[first_column])}


def limits(numbers: Range | None) -> str:
    return f"{numbers.min:g}-{numbers.max:g} (default: {numbers.default:g})" if numbers else "-"


def edits(model: catalog.Model) -> str:
    if not model.edits:
        return "No"
    return ("1" if model.max_images == 1 else f"up to {model.max_images}") + (", always" if model.needs_image else "")


def test_the_overview_matches_the_catalog() -> None:
    assert table("Provider") == [
        {
            "Provider": provider.name,
            "Auth Required": "Yes" if provider.auth_required else "Optional",
            "Image Format": provider.image_format,
            "Models Count": str(len(provider.models)),
            "Auth Header": f"`{provider.auth_header}`",
            "Get Token": f"<{provider.token_url}>",
        }
        for provider in catalog.providers().values()
    ]


@pytest.mark.parametrize("provider", catalog.providers().values(), ids=lambda provider: provider.id)
def test_the_models_of_a_provider_match_the_catalog(provider: catalog.Provider) -> None:
    assert table("Model ID", provider.name) == [
        {
            "Model ID": f"`{model.id}`",
            "Display Name": model.name,
            "Negative Prompt": "Yes" if model.negative_prompt else "No",
            "Steps": limits(model.steps),
            "Guidance Scale": limits(model.guidance),
            "Edits": edits(model),
        }
        for model in provider.models
    ]


def test_the_spaces_match_the_catalog() -> None:
    provider = catalog.provider("huggingface")
    spaces = {model.id: model.space for model in provider.models} | {"upscaler": provider.upscaler}
    documented = {row["Model"]: row["Space URL"].strip("`") for row in table("Model")}
    assert documented == {name: space.url for name, space in spaces.items() if space}


def test_the_documented_error_codes_are_complete() -> None:
    documented = {
        int(status): set(re.findall(r"`([A-Z_]{4,})`", row["codes"]))
        for row in table("status")
        for status in row["status"].split(",")
    }
    assert documented.pop(404) == documented.pop(405) == CODES[404] | CODES[405]
    assert documented.pop(422) == {"INVALID_REQUEST"}
    assert documented.pop(AccessDenied.status) == {AccessDenied.code}
    assert documented == {status: codes for status, codes in CODES.items() if status not in (404, 405)}


def test_every_field_of_a_call_is_documented() -> None:
    assert names_in("field") == set(GenerateBody.model_json_schema()["properties"])


def test_every_parameter_is_documented_with_its_default() -> None:
    parameters = template.template()["Parameters"]
    assert names_in("parameter") == set(parameters)
    for row in table("parameter"):
        for name in re.findall(r"`(\w+)`", row["parameter"]):
            default = str(parameters[name]["Default"])
            assert default in row["default"].replace("`", "") or not default or default.startswith("http"), name


def test_the_documented_calls_are_valid() -> None:
    calls = re.findall(r"curl -X POST \S+/api/generate \\\n(.*?)'(\{.*?\})'", TEXT, re.DOTALL)
    providers = []
    for options, body in calls:
        headers = {name.lower(): value for name, value in re.findall(r'-H "([\w-]+): ([^"]+)"', options)}
        parsed = parse_generate(body.encode(), headers)
        assert not parsed.warnings
        assert parsed.token
        assert set(json.loads(body)) >= {"provider", "model", "prompt", "steps"}
        providers.append(parsed.request.provider)
    assert providers == list(catalog.providers())[:3]  # as in the specification


def test_the_diagram_shows_every_resource_of_the_template() -> None:
    picture = documents.TEXTS["docs/inside/overview.md"].partition("```mermaid")[2].partition("```")[0]
    shown = set(re.findall(r"\b[A-Z]\w+(?:Function|Machine|Table|Bucket)\b", picture))
    kinds = ("Function", "StateMachine", "DynamoDB::Table", "S3::Bucket")
    resources = template.template()["Resources"].items()
    assert shown == {name for name, each in resources if each["Type"].endswith(kinds)}


def test_every_threat_names_tests_that_exist() -> None:
    ((_, rows),) = documents.tables((ROOT / "SECURITY.md").read_text("utf-8"))
    there = {
        name for file in (ROOT / "tests").rglob("*.py") for name in re.findall(r"def (test_\w+)", file.read_text())
    }
    assert {"a stranger", "a key's holder", "a provider gone bad", "a web page of another origin"} < {
        row["who"] for row in rows
    }
    for row in rows:
        named = re.findall(r"`(test_\w+)`", row["shown by"])
        assert named, row
        assert set(named) <= there, set(named) - there


def test_every_documented_make_target_exists() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    documented = set(re.findall(r"(?:^|`)make ([\w-]+)", TEXT, re.MULTILINE))
    assert {"run", "test"} <= documented
    targets = {target for line in re.findall(r"^([\w -]+):", makefile, re.MULTILINE) for target in line.split()}
    assert documented <= targets, documented - targets


def test_readme_leads_to_the_index_and_the_index_to_every_page() -> None:
    assert "docs/README.md" in documents.linked("README.md")
    pages, to_read = set[str](), ["docs/README.md"]
    while to_read:
        pages.add(page := to_read.pop())
        to_read += documents.linked(page) & documents.TEXTS.keys() - pages
    assert pages == set(documents.TEXTS)


def test_every_alarm_is_documented_with_its_remedy() -> None:
    alarms = {name for name, each in template.template()["Resources"].items() if each["Type"].endswith("::Alarm")}
    assert {row["alarm"].strip("`") for row in table("alarm")} == alarms
    assert all(row["what to do"] for row in table("alarm"))


def test_every_figure_of_the_dashboard_is_documented() -> None:
    body = template.template()["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    titles = re.findall(r'"title": "([^"]+)"', body)
    assert [row["on the dashboard"] for row in table("on the dashboard")] == titles


def test_the_documented_limits_match_the_code() -> None:
    (timeout,) = {found.timeout for found in template.functions() if found.module in catalog.providers()}
    (router,) = (found for found in template.functions() if found.module == "router")
    assert [row["limit"] for row in table("what", "Easel's limits")] == [
        "4000 characters",
        f"{MIN_SIDE} to {MAX_SIDE} pixels",
        f"{request_body.MAX_BODY // 1024} KB",
        f"{source_images.MAX_BYTES >> 20} MB",
        f"{downloads.MAX_IMAGE >> 20} MB",
        f"{images.MAX_SIDE} pixels a side, {images.MAX_PIXELS:,} in all",
        f"{job_responses.MAX_B64 >> 20} MB",
        f"{template.template()['Parameters']['WaitSeconds']['Default']} s (`WaitSeconds`)",
        f"{router.timeout - wait.ANSWER_SECONDS:.0f} s",
        f"{api_gateway.PAYLOAD_LIMIT >> 20} MB",
        f"{timeout} s",
        f"{planning.MAX_PICTURES:,}",
        str(manifest.MAX_COUNT),
        f"{files.MAX_BYTES / 1e6:g} MB",
        f"{batches.MAX_DAYS} days",
        f"{preview.MAX_BYTES >> 10} KB, {preview.MAX_LINES:,} lines, {preview.MAX_INVALID} invalid ones",
    ]


@pytest.mark.parametrize("row", table("seconds of a picture"), ids=lambda row: row["seconds of a picture"])
def test_the_costs_of_waiting_add_up(row: documents.Row) -> None:
    memory = {each.module: each.properties["MemorySize"] for each in template.functions()}
    seconds = int(re.findall(r"\d+", row["seconds of a picture"])[0])
    documented = [float(row[name][1:]) for name in ("HTTP API", "function URL")]
    assert documented == pytest.approx([*prices.waiting(memory["router"], memory["gitee"], seconds)], abs=0.0006)


def test_the_costs_of_a_call_add_up() -> None:
    memory = {found.module: found.properties["MemorySize"] for found in template.functions()}
    rows = table("what", "A thousand pictures, one call each")
    total = 0.0
    for row in rows:
        quantity, price, cost = (
            float(re.findall(r"[\d.]+", row[name])[0]) for name in ("quantity", "price of one", "cost")
        )
        assert cost == pytest.approx(quantity * price, abs=0.00006), row
        total += cost
        for name, size, seconds in re.findall(r"Lambda, (\w+): (\d+) MB for ([\d.]+) s", row["what"]):
            assert int(size) == memory[name], row
            assert quantity == pytest.approx(int(size) / 1024 * float(seconds) * 1000, abs=1), row
    assert f"That is ${total:.4f}." in TEXT


def test_each_functions_memory_is_documented_with_its_cost() -> None:
    """A provider's row has the price of a thousand pictures, and the router's share where a caller waits."""
    memory = {found.module: found.properties["MemorySize"] for found in template.functions()}
    rows = {row["function"]: row for row in table("function", "Memory")}
    assert set(rows) == {"router", *catalog.providers()}
    for module, row in rows.items():
        assert row["memory"] == f"{memory[module]} MB"
        largest = max(int(peak) for peak in re.findall(r"\d+", row["peak, and with the largest"]))
        assert largest <= 3 / 4 * memory[module]
        if module != "router":
            at_once = job_groups.at_once_of_child(catalog.provider(module).concurrency)
            assert row["1,000 interactive"] == f"${prices.interactive(memory['router'], memory[module]):.4f}"
            assert row["1,000 in a batch"] == f"${prices.batch(memory[module], at_once):.4f}"


def test_every_provider_is_documented_for_deployments() -> None:
    names = {provider.name for provider in catalog.providers().values()}
    for heading in ("3. Tokens of the providers", "The providers' quotas"):
        assert {row["provider"] for row in table("provider", heading)} == names


@pytest.mark.parametrize(("path", "text"), [*documents.blocks("csv"), *documents.blocks("jsonl")])
def test_every_documented_manifest_is_valid(path: str, text: str) -> None:
    answer, _ = preview.validate(text.encode())
    assert answer["lines"], path
    assert not answer["invalid"]


def test_readmes_answer_matches_the_description() -> None:
    ((_, text),) = documents.blocks("json", "README.md")
    description = Description(json.loads(gateway.call(router.handler, "GET", "/openapi.json").get_data()))
    description.check({"$ref": "#/components/schemas/PictureResponse"}, json.loads(text))
