"""Detect the encoding of a CSV file and map its column names to fields.

The encoding is UTF-8 or, from Chinese Excel, GB18030. GBK and GB 2312 are subsets of GB18030.
"""

from __future__ import annotations

import codecs
import re

from easel.catalog.bodies import Body
from easel.common.pasted import folded

UTF8, GB18030 = "utf-8", "gb18030"
SEPARATOR = re.compile(r'"?sep=([,;\t|])"?[,;\t|]*', re.I)
"""A first line that sets the separator for Excel."""
EXCEL_TEXT = re.compile(r'="((?:[^"]|"")*)"')
"""A cell such as `="007"`, which Excel shows as the quoted text."""
CHINESE_NAMES = {
    "prompt": ("提示词", "正向提示词", "提示语", "描述"),
    "negative_prompt": ("负面提示词", "反向提示词", "负向提示词"),
    "provider": ("提供商", "服务商", "平台"),
    "model": ("模型",),
    "width": ("宽", "宽度"),
    "height": ("高", "高度"),
    "size": ("尺寸", "大小"),
    "steps": ("步数",),
    "guidance_scale": ("引导系数", "引导强度"),
    "seed": ("种子", "随机种子"),
    "count": ("数量", "张数"),
    "id": ("编号", "序号"),
}
"""Chinese column names, by the field's Python name."""


def columns(body: type[Body]) -> dict[str, str]:
    """Return the field for each known column name. Names are in the form that `pasted.folded` returns."""
    fields = {folded(each): each for name in body.model_fields for each in body.spellings(name)}
    return fields | {word: name for name, words in CHINESE_NAMES.items() for word in words}


def detect_encoding(beginning: bytes) -> str:
    """Detect a file's encoding from its beginning: `utf-8` or `gb18030`.

    Some Chinese texts are valid in both encodings, so the majority of lines decides. Texts in other languages can be
    valid GB18030 by chance: an accented letter and a plain letter after it decode to one Chinese character. So the
    whole beginning must be valid GB18030, and at most half of its characters may be such pairs.
    """
    lines = [line for line in beginning.splitlines() if not line.isascii()]
    others = [line for line in lines if decoded(line, UTF8) is None]
    if not others or 2 * len(others) < len(lines):
        return UTF8
    try:
        text = codecs.getincrementaldecoder(GB18030)().decode(beginning)  # the beginning may end inside a character
    except UnicodeDecodeError:
        return UTF8
    characters = [each.encode(GB18030) for each in text if not each.isascii()]
    doubtful = sum(len(each) == 2 and each[1] < 0x80 for each in characters)
    return GB18030 if 2 * doubtful <= len(characters) else UTF8


def decoded(line: bytes, encoding: str) -> str | None:
    """Return the line's text, or None if it is in another encoding."""
    try:
        return line.decode(encoding)
    except UnicodeDecodeError:
        return None
