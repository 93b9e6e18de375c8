"""What can keep a local stack from starting, in words for the person who started it."""


class LocalError(Exception):
    """Says what failed, why, and what to do; `lines` are the last ones that the failing program printed."""

    def __init__(self, message: str, lines: list[str] | None = None) -> None:
        super().__init__(message)
        self.lines = lines or []
