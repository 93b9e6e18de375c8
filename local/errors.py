"""Errors that keep a local stack from starting, with texts for the person who started it."""


class LocalError(Exception):
    """An error that says what failed, why, and what to do. `lines` are the failing program's last lines of output."""

    def __init__(self, message: str, lines: list[str] | None = None) -> None:
        super().__init__(message)
        self.lines = lines or []
