"""A shell that runs the documents' commands unchanged against a local stack.

`curl` is the real one and fails for an error status. `make batch`, `make smoke`, `make tokens`, `make webhook-secret`
and the key targets run against the stack. Other make targets are only checked with `--dry-run`. `aws` is
`tests/harness/aws_command.py`. `sam` checks that the command and its options exist. `git` does nothing.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
from pathlib import Path

from local import access
from local.processes import environment
from local.tools import find_tools
from tests.harness import aws_command
from tests.harness.patience import HANGS_SECONDS
from tests.harness.template import ROOT

MAKE = """#!/bin/bash
case "$*" in
  *batch*|*smoke*)
    for word in "$@"; do
      case "$word" in
        FILE=/*) ;;
        FILE=*) word="FILE=$PWD/${word#FILE=}" ;;
        URL=*) given=1 ;;
      esac
      words+=("$word")
    done
    [ "$given" ] || words+=("URL=$EASEL_ENDPOINT" "KEY=%(key)s")
    exec %(make)s --no-print-directory -C %(root)s "${words[@]}" ;;
  *key*|*tokens*|*webhook-secret*) exec %(make)s --no-print-directory -C %(root)s "$@" ;;
  *) exec %(make)s -C %(root)s --dry-run "$@" >/dev/null ;;
esac
"""
SAM = """#!/bin/bash
words=() options=()
for word in "$@"; do
  case "$word" in
    --*) options+=("$word") ;;
    *) if [ ${#options[@]} = 0 ]; then words+=("$word"); fi ;;
  esac
done
if [ "${words[0]}" = local ]; then words=("${words[@]:0:2}"); else words=("${words[@]:0:1}"); fi
known="%(known)s/sam ${words[*]}.txt"
[ -s "$known" ] || %(sam)s "${words[@]}" --help >"$known" || exit 1
for option in "${options[@]}"; do
  grep -q -e "$option" "$known" || { echo "sam ${words[*]} has no $option" >&2; exit 1; }
done
"""
CURL = """#!/bin/bash
exec %(curl)s --silent --show-error --fail-with-body "$@"
"""
AWS = """#!/bin/bash
printf '%%s\\0' "$PWD" "$@" | exec %(curl)s --silent --show-error --fail-with-body --data-binary @- "$EASEL_AWS_COMMAND"
"""
MARK = "---- the next block ----"


def programs(folder: Path) -> Path:
    """Write the substitutes for the real commands. SAM's options are kept next to the folders of all documents."""
    names = {
        "key": access.KEY,
        "root": shlex.quote(str(ROOT)),
        "make": shutil.which("make"),
        "curl": shutil.which("curl"),
        "known": folder.parent.parent,
        "sam": shlex.quote(str(find_tools().sam)),
    }
    folder.mkdir()
    for name, text in {"make": MAKE, "sam": SAM, "curl": CURL, "aws": AWS, "git": "#!/bin/bash\n"}.items():
        path = folder / name
        path.write_text(text % names if "%(" in text else text)
        path.chmod(0o755)
    return folder


def run(blocks: list[str], folder: Path, endpoint: str, aws_url: str) -> list[str]:
    """Run a document's blocks in one shell, in the folder; return what each prints. Fail if a command fails."""
    script = f"\necho '{MARK}'\n".join(blocks)
    with aws_command.serving(endpoint, aws_url) as aws:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=folder,
            env=environment(
                PATH=f"{programs(folder / 'bin')}:/usr/local/bin:/usr/bin:/bin",
                PYTHONPATH=str(ROOT),
                EASEL_ENDPOINT=endpoint,
                EASEL_AWS_COMMAND=aws,
                AWS_ENDPOINT_URL=aws_url,
                AWS_ACCESS_KEY_ID="test",
                AWS_SECRET_ACCESS_KEY="test",
                AWS_DEFAULT_REGION="us-east-1",
            ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=HANGS_SECONDS,
        )
    said = done.stdout.split(f"{MARK}\n")
    assert done.returncode == 0, f"{blocks[len(said) - 1]}\n{said[-1][-3000:]}{done.stderr[-3000:]}"
    return said
