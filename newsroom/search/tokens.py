"""The tokens that both databases keep of what can be found, as they are."""

from datetime import UTC, datetime

# Both parts of a token are told apart by characters that stand in no word and that both databases keep: SQLite cuts at
# ASCII punctuation. What stands before them says where a word stands or how a page is tagged.
IN = "·"
SPELT = "¦"
GAP = "¶"  # no phrase reaches across it
TITLE, LEAD, KIND, MONTH = "title", "lead", "kind", "month"

# PostgreSQL counts positions up to 16,383 and takes words of a megabyte together.
MOST_TOKENS = 16_000
MOST_BYTES = 700_000
MOST_OCCURRENCES = 255


def tag(name: str, value: str) -> str:
    """Return the token that says that a page has this tag."""
    return f"{name}{IN}{value}"


def cut(tokens: list[str]) -> list[str]:
    """Return as many of the tokens as both databases keep of one document."""
    # A character is four bytes at most: what is short enough so need not be written out to be measured.
    if len(tokens) <= MOST_TOKENS and sum(map(len, tokens)) * 4 <= MOST_BYTES:
        return tokens
    size = 0
    for number, token in enumerate(tokens[:MOST_TOKENS]):
        size += len(token.encode())
        if size > MOST_BYTES:
            return tokens[:number]
    return tokens[:MOST_TOKENS]


def month_tag(moment: datetime) -> str:
    """Return the token that says in which month, by UTC, a page was updated."""
    return tag(MONTH, f"{moment.astimezone(UTC):%Y%m}")
