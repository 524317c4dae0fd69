"""What forms and addresses carry, read."""

from datetime import date


def whole(text: str, digits: int = 18) -> int | None:
    """Return a whole number of at most so many digits; None for anything else.

    Eighteen digits fit the database's widest number; Python itself refuses to read thousands of them.
    """
    return int(text) if len(text) <= digits and text.isascii() and text.isdecimal() else None


def read_day(text: str) -> date | None:
    """Return a day as forms and addresses write it; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
