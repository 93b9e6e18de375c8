#!/usr/bin/env bash
# mutmut creates no mutants of functions with decorators, and does not report this. In a FastAPI module it mutates the
# helpers but no route, so all mutants are killed even if no test calls a route. @staticmethod and @classmethod are
# exceptions. A comment in mutmut's source gives the reasons; its README does not mention the rule.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    mutmut==3.8.1 pytest==9.2.0 fastapi==0.165.0
mkdir -p "$folder/project/src" "$folder/project/tests"
cd "$folder/project"
cat >src/routes.py <<'PYTHON'
from fastapi import FastAPI

app = FastAPI()


def price(count):
    return count * 3


@app.get("/cost")
def cost(count: int):
    return {"cost": price(count) + 1}
PYTHON
cd tests
cat >test_price.py <<'PYTHON'
from routes import price


def test_price():
    assert price(2) == 6
PYTHON
cd ..
cat >pyproject.toml <<'TOML'
[project]
name = "example"
version = "1"

[tool.mutmut]
source_paths = ["src"]

[tool.pytest.ini_options]
pythonpath = ["src"]
TOML
echo "mutmut 3.8.1, fastapi 0.165.0"
PATH="$folder/venv/bin:$PATH" mutmut run --max-children 1 >"$folder/log" 2>&1 || { cat "$folder/log"; exit 1; }
PATH="$folder/venv/bin:$PATH" mutmut results --all true | tee "$folder/results"
grep -q "routes.x_price__mutmut_1: killed" "$folder/results"
if grep -q "x_cost\|survived" "$folder/results" || grep -qi "decorat" "$folder/log"; then
    echo "mutmut behaves otherwise now"
    exit 1
fi
echo "OK: mutmut mutates a helper but not the route next to it, so a test without the route kills all mutants."
