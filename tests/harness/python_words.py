"""Words that only Python or its libraries write. They must never appear in a response."""

from __future__ import annotations

import re

PYTHON = re.compile(
    r"Traceback|\w+(Error|Exception)\b|set_int_max_str_digits|Exceeds the limit|recursion|NoneType|__\w+__"
    r"|invalid literal|could not convert|Expecting |object has no attribute|not subscriptable|\bdict\b|\bstr\b"
    r"|new-line character|newline=|field limit|codec can't|pydantic|errors\.pydantic|not enough values"
)
