"""Reads the numbers that requests name, before a database is asked for them."""

# No database counts further than nineteen digits: every number of so many fits.
DIGITS_OF_KEY = 18


def number_in(text: str, *, digits: int) -> int | None:
    """Return the whole number that ``text`` is, in at most so many digits of ASCII; None for anything else."""
    return int(text) if len(text) <= digits and text.isascii() and text.isdecimal() else None
