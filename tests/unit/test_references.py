"""What the repository's texts name is there: files, modules, documents and headings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.harness.references import Repository
from tests.harness.template import ROOT

if TYPE_CHECKING:
    from pathlib import Path

OUTSIDE = re.compile(r"\.\./shared|ROOT\.parent\b|(?<![\w/])/(?:work|root|home)/\w")
"""Places outside the repository, or on one machine."""
HERE = Repository(ROOT)


def test_every_reference_leads_somewhere() -> None:
    broken = HERE.broken()
    assert not broken, "\n" + "\n".join(broken)


def test_nothing_outside_of_the_repository_is_needed() -> None:
    outside = [
        f"{file.relative_to(ROOT)}:{number} refers to {match[0]}, which is not in the repository"
        for file in HERE.files
        if file.name != "test_references.py"
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        if (match := OUTSIDE.search(line))
    ]
    assert not outside, "\n" + "\n".join(outside)


def broken(folder: Path, file: str, text: str) -> list[str]:
    """The broken references of a repository that has the file, one module and one document."""
    for name, content in {
        "layers/easel/easel/keys.py": "PREFIX = 'ek_'\n",
        "docs/api.md": "# The API\n\n## Errors and codes\n",
        file: text,
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    return [re.sub(r", which.*", "", each) for each in Repository(folder).broken()]


GOOD = [
    ("README.md", "[errors](docs/api.md#errors-and-codes), [here](#top)\n# Top\n"),
    ("README.md", "`layers/easel/easel/*.py`, layers/easel/. See keys.py and https://example.com/docs/none.md"),
    ("docs/inside.md", "[back](../docs/api.md), `easel.keys`, `easel.keys.PREFIX`, the field `easel.uploadUrl`"),
    ("docs/acme.md", "A new provider gets functions/acme/acme.py."),
    ("functions/a.py", '"""As docs/api.md#errors-and-codes says."""\n\nPATH = "functions/none.py"\n'),
    ("functions/a.py", "# `layers/easel/easel/{name}.py`, and the route /docs/ and s3://bucket/events/x.json\n"),
    ("Makefile", "key:\n\tpython -m easel.keys\n"),
]


@pytest.mark.parametrize(("file", "text"), GOOD)
def test_good_references_pass(file: str, text: str, tmp_path: Path) -> None:
    assert broken(tmp_path, file, text) == []


BAD = [
    ("README.md", "one\n[two](docs/gone.md)", "README.md:2 refers to docs/gone.md"),
    ("README.md", "[two](docs/api.md#gone)", "README.md:1 refers to docs/api.md#gone"),
    ("docs/inside.md", "[up](../../api.md)", "docs/inside.md:1 refers to ../../api.md"),
    ("functions/a.py", 'X = 1\n"""See `easel.gone`."""\n', "functions/a.py:2 refers to easel.gone"),
    ("functions/a.py", "# `easel.keys.GONE` is one\n", "functions/a.py:1 refers to easel.keys.GONE"),
    ("functions/a.py", '"""\nAs layers/easel/gone.py does.\n"""\n', "functions/a.py:2 refers to layers/easel/gone.py"),
    ("functions/a.py", "# see gone.py\n", "functions/a.py:1 refers to gone.py"),
    ("template.yaml", "a: 1\n# tests/unit/test_gone*.py\n", "template.yaml:2 refers to tests/unit/test_gone*.py"),
    ("Makefile", "key:\n\tpython -m local.gone\n", "Makefile:2 refers to local.gone"),
]


@pytest.mark.parametrize(("file", "text", "message"), BAD)
def test_broken_references_name_their_line(file: str, text: str, message: str, tmp_path: Path) -> None:
    errors = broken(tmp_path, file, text)
    assert message in errors
    assert {line.partition(" ")[0] for line in errors} == {message.partition(" ")[0]}
