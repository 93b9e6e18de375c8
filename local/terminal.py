"""Text from outside, made safe to print."""


def visible(text: str) -> str:
    """Write each character that a terminal would obey, or not show, as an escape such as `\\x1b`.

    Line ends and marks of direction are among them, so a text cannot pose as several lines or as another text.
    """
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def visible_lines(text: str) -> str:
    """The same for a text of several lines."""
    return "\n".join(map(visible, text.split("\n")))


def without_frames(lines: list[str]) -> list[str]:
    """The lines without the frames of tracebacks; what was raised stays."""
    kept, within = [], False
    for line in lines:
        within = line.startswith("Traceback (most recent call last)") or (within and line.startswith(" "))
        if not within:
            kept.append(line)
    return kept
