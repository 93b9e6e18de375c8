"""README's tables and commands against the catalog, the errors and the template: what we say is true."""

from __future__ import annotations

import json
import re

import pytest

from easel import catalog
from easel.catalog import Range
from easel.validation import GenerateBody, parse_generate
from tests.harness import template
from tests.harness.template import ROOT
from tests.unit.test_errors import CODES

README = (ROOT / "README.md").read_text("utf-8")

Row = dict[str, str]


def tables() -> list[tuple[str, list[Row]]]:
    """Every table as (the heading above it, its rows by column)."""
    found: list[tuple[str, list[Row]]] = []
    heading, columns = "", list[str]()
    for line in README.splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip())[1:-1]]
        if line.startswith("#"):
            heading = line.lstrip("# ")
        if not cells:
            columns = []
        elif not columns:
            columns = cells
            found.append((heading, []))
        elif not all(re.fullmatch(r":?-+:?", cell) for cell in cells):
            found[-1][1].append(dict(zip(columns, cells, strict=True)))
    return found


def table(first_column: str, heading: str | None = None) -> list[Row]:
    matching = [rows for title, rows in tables() if rows and next(iter(rows[0])) == first_column]
    if heading:
        matching = [rows for title, rows in tables() if title == heading and next(iter(rows[0])) == first_column]
    assert len(matching) == 1, (first_column, heading)
    return matching[0]


def limits(numbers: Range | None) -> str:
    return f"{numbers.min:g}-{numbers.max:g} (default: {numbers.default:g})" if numbers else "-"


def test_the_overview_is_the_catalogs() -> None:
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
def test_the_models_of_a_provider_are_the_catalogs(provider: catalog.Provider) -> None:
    assert table("Model ID", provider.name) == [
        {
            "Model ID": f"`{model.id}`",
            "Display Name": model.name,
            "Negative Prompt": "Yes" if model.negative_prompt else "No",
            "Steps": limits(model.steps),
            "Guidance Scale": limits(model.guidance),
        }
        for model in provider.models
    ]


def test_the_spaces_are_the_catalogs() -> None:
    provider = catalog.provider("huggingface")
    spaces = {model.id: model.space for model in provider.models} | {"upscaler": provider.upscaler}
    told = {row["Model"]: row["Space URL"].strip("`") for row in table("Model")}
    assert told == {name: space.url for name, space in spaces.items() if space}


def test_the_error_codes_are_the_designs() -> None:
    told = {
        int(status): set(re.findall(r"`([A-Z_]{4,})`", row["codes"]))
        for row in table("status")
        for status in row["status"].split(",")
    }
    assert told.pop(404) == told.pop(405) == CODES[404] | CODES[405]
    assert told.pop(422) == {"INVALID_REQUEST"}
    assert told == {status: codes for status, codes in CODES.items() if status not in (404, 405)}


def test_every_field_of_a_call_is_told() -> None:
    told = {name for row in table("field") for name in re.findall(r"`(\w+)`", row["field"])}
    assert told == set(GenerateBody.model_fields)


def test_every_parameter_that_is_told_is_the_templates() -> None:
    parameters = template.template()["Parameters"]
    for row in table("parameter"):
        for name in re.findall(r"`(\w+)`", row["parameter"]):
            assert name in parameters
            default = str(parameters[name]["Default"])
            assert default in row["default"].replace("`", "") or not default or default.startswith("http"), name


def test_the_three_calls_are_requests_that_easel_takes() -> None:
    calls = re.findall(r"curl -X POST \S+/api/generate \\\n(.*?)'(\{.*?\})'", README, re.DOTALL)
    providers = []
    for options, body in calls:
        headers = {name.lower(): value for name, value in re.findall(r'-H "([\w-]+): ([^"]+)"', options)}
        parsed = parse_generate(body.encode(), headers)
        assert not parsed.warnings
        assert parsed.token
        assert set(json.loads(body)) >= {"provider", "model", "prompt", "steps"}
        providers.append(parsed.request.provider)
    assert providers == list(catalog.providers())[:3]  # as the specification has them


def test_the_picture_shows_every_function_machine_table_and_bucket_of_the_template() -> None:
    picture = README.partition("```mermaid")[2].partition("```")[0]
    shown = set(re.findall(r"\b[A-Z]\w+(?:Function|Machine|Table|Bucket)\b", picture))
    kinds = ("Function", "StateMachine", "DynamoDB::Table", "S3::Bucket")
    resources = template.template()["Resources"].items()
    assert shown == {name for name, each in resources if each["Type"].endswith(kinds)}


def test_every_make_target_that_is_told_exists() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    told = set(re.findall(r"make (\w+)", README)) - {"an", "alone", "of"}
    assert {"run", "test"} <= told
    targets = {target for line in re.findall(r"^([\w -]+):", makefile, re.MULTILINE) for target in line.split()}
    assert told <= targets, told - targets


def test_every_file_that_is_told_exists() -> None:
    told = re.findall(r"(?:layers|functions|events|tests|local)/[\w/.-]+\w", README)
    assert told
    assert not [path for path in told if not (ROOT / path).exists()]
