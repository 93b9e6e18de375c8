"""The files, modules, documents and headings that the repository's texts name exist."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.harness.references import Repository
from tests.harness.template import ROOT

if TYPE_CHECKING:
    from pathlib import Path

OUTSIDE = re.compile(r"\.\./shared|ROOT\.parent\b|(?<![\w/])/(?:work|root|home)/\w")
"""Places outside the repository, or on one machine."""
HERE = Repository(ROOT)


def test_every_reference_resolves() -> None:
    broken = HERE.broken()
    assert not broken, "\n" + "\n".join(broken)


def test_no_text_refers_outside_the_repository() -> None:
    outside = [
        f"{file.relative_to(ROOT)}:{number} refers to {match[0]}, which is not in the repository"
        for file in HERE.files
        if file.name != "test_references.py"
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        if (match := OUTSIDE.search(line))
    ]
    assert not outside, "\n" + "\n".join(outside)


FILES = {
    "layers/easel/easel/keys.py": "PREFIX = 'ek_'\n",
    "docs/api.md": "# The API\n\n## Errors and codes\n",
    "docs/good.md": "[errors](../docs/api.md#errors-and-codes), [here](#top), `easel.keys.PREFIX`, keys.py\n# Top\n",
    "docs/acme.md": "A new provider gets functions/acme/acme.py. See https://example.com/docs/none.md\n",
    "functions/good.py": '"""As docs/api.md#errors-and-codes says."""\n\nPATH = "functions/none.py"\n',
    "functions/globs.py": "# `layers/easel/easel/{name}.py`, layers/easel/easel/*.py, the route /docs/, s3://b/events/x.json\n",
    "README.md": "one\n[two](docs/gone.md)\n[three](docs/api.md#gone)\n[four](../api.md)\n",
    "functions/bad.py": 'X = 1\n"""See `easel.gone`."""\n# `easel.keys.GONE`\n# docs/api.md#gone\n# see gone.py\n',
    "functions/long.py": '"""\nAs layers/easel/gone.py does.\n"""\n',
    "template.yaml": "a: 1\n# tests/unit/test_gone*.py\n",
    "Makefile": "key:\n\tpython -m easel.keys\n\tpython -m local.gone\n",
}
"""A small repository with good and broken references."""


def test_broken_references_are_reported_with_their_line(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    broken = {re.sub(r", which.*", "", line) for line in Repository(tmp_path).broken()}
    assert broken == {
        *(
            "README.md:2 refers to docs/gone.md",
            "README.md:3 refers to docs/api.md#gone",
            "README.md:4 refers to ../api.md",
        ),
        *("functions/bad.py:2 refers to easel.gone", "functions/bad.py:3 refers to easel.keys.GONE"),
        *("functions/bad.py:4 refers to docs/api.md#gone", "functions/bad.py:5 refers to gone.py"),
        "functions/long.py:2 refers to layers/easel/gone.py",
        "template.yaml:2 refers to tests/unit/test_gone*.py",
        "Makefile:3 refers to local.gone",
    }
