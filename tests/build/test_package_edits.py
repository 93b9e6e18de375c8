"""The build's edits of packages: the edited code still exists, and the packages' behaviour does not change."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import fastapi
import pytest

import package_edits
from tests.build.conftest import Artifacts

SITE = Path(fastapi.__file__).parents[1]
SCHEMA = """
import json, fastapi
app = fastapi.FastAPI(title="Easel")
@app.get("/one/{id}")
def one(id: int, word: str = "") -> dict[str, list[float]]: ...
print(json.dumps(app.openapi()))
"""
VALIDATION = """
import json, pydantic
class Item(pydantic.BaseModel):
    number: int = pydantic.Field(ge=1)
    texts: list[str] = []
print(json.dumps([Item.model_json_schema(), Item.model_validate({"number": "3"}).model_dump()]))
"""


@pytest.mark.parametrize(("name", "old", "new"), package_edits.REPLACED)
def test_the_installed_package_has_the_edited_code(name: str, old: str, new: str) -> None:
    source = (SITE / name).read_text("utf-8")
    edited = package_edits.replaced(source, old, new, name)
    assert new in edited
    assert edited != source


@pytest.mark.parametrize(("package", "file"), package_edits.VERSIONS.items())
def test_a_package_gets_its_version_as_a_literal(package: str, file: str) -> None:
    edited = package_edits.with_version((SITE / package / file).read_text("utf-8"), SITE, package)
    assert f"__version__ = {version(package)!r}" in edited
    assert "importlib.metadata" not in edited


def test_a_build_fails_if_an_edit_matches_nothing() -> None:
    with pytest.raises(SystemExit, match=r"package/file\.py must contain 'old'"):
        package_edits.replaced("new", "old", "newer", "package/file.py")


def test_only_typed_dicts_lose_their_keys() -> None:
    source = "class A(TypedDict, total=False):\n    a: int\n\nclass B:\n    b: int\n\ndef f(c: int): ...\n"
    expected = "class A(TypedDict, total=False):\n    pass\n\nclass B:\n    b: int\n\ndef f(c: int):\n    ..."
    assert package_edits.without_keys(source) == expected


def test_the_edited_fastapi_describes_an_api_as_before(artifacts: Artifacts) -> None:
    app = fastapi.FastAPI(title="Easel")

    @app.get("/one/{id}")
    def one(id: int, word: str = "") -> dict[str, list[float]]:
        return {word: [id]}

    assert artifacts.run("RouterFunction", SCHEMA) == app.openapi()


def test_the_edited_pydantic_validates_as_before(artifacts: Artifacts) -> None:
    schema, item = artifacts.run("GiteeFunction", VALIDATION)
    assert item == {"number": 3, "texts": []}
    assert schema["properties"]["number"] == {"minimum": 1, "title": "Number", "type": "integer"}
