#!/usr/bin/env bash
# One POST with curl as it is by default. Arguments: URL, key, body, "switch". Prints the status and the answer.
set -euo pipefail
answer=$(curl -sS ${4:+-L} -w '\n%{http_code}' "$1" -H "Authorization: Bearer $2" -H "Content-Type: application/json" -d "$3")
printf '%s\n%s\n' "${answer##*$'\n'}" "${answer%$'\n'*}"
