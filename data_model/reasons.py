"""Why something that a person asked for cannot be done: a code that has words in texts."""


class CannotDo(Exception):
    """It cannot be done so; `reason` is the code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
