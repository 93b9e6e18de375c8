#!/usr/bin/env bash
# pytest-xdist's `--dist loadgroup` does not group tests with pytest 9.2. xdist appends the group to an item's
# `_nodeid`, but pytest 9.2 replaced this field by another one. So the scheduler sees tests without groups and
# distributes them. There is no error or warning, and the header says LoadGroupScheduling. With pytest 9.1 the group
# runs in one process.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/tests"
cat >"$folder/tests/test_model.py" <<'PYTHON'
import pytest


@pytest.mark.xdist_group("model")
@pytest.mark.parametrize("number", range(8))
def test_picture(number):
    pass
PYTHON
declare -A processes
for version in 9.1.1 9.2.0; do
    python3 -m venv "$folder/$version"
    "$folder/$version/bin/python" -m pip install --quiet --disable-pip-version-check \
        "pytest==$version" pytest-xdist==3.8.0 execnet==2.1.2
    (cd "$folder/tests" && "$folder/$version/bin/python" -m pytest -v -p no:cacheprovider -n 2 --dist loadgroup) \
        >"$folder/log"
    grep -q "scheduling tests via LoadGroupScheduling" "$folder/log"
    grep -q "8 passed" "$folder/log"
    processes[$version]=$(grep -oE '^\[gw[0-9]+\]' "$folder/log" | sort -u | wc -l)
    echo "pytest $version, pytest-xdist 3.8.0: one group ran in ${processes[$version]} process(es), for example:"
    grep -m 2 PASSED "$folder/log"
done
[ "${processes[9.1.1]}" = 1 ]
[ "${processes[9.2.0]}" = 2 ] || { echo "xdist behaves otherwise now"; exit 1; }
echo "OK: pytest-xdist 3.8.0 groups tests with pytest 9.1.1, and not with 9.2.0."
