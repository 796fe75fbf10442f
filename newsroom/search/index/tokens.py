"""The tokens that both databases store of a document without changes."""

from datetime import UTC, datetime, timedelta

# The two parts of a token are separated by characters that no word contains and that both databases store: SQLite
# splits at ASCII punctuation. The first part is the place of a word or the name of a tag.
SEPARATOR = "·"
SPELLING_SEPARATOR = "¦"
GAP = "¶"  # no phrase matches across it
TITLE, LEAD, KIND = "title", "lead", "kind"

# Pages are tagged with the time of their update, in UTC: with the month and with some shorter spans.
_MONTH, _IN_MONTH = "month", "%Y%m"
_SHORTER = (
    ("minute", "%Y%m%d%H%M", timedelta(minutes=1)),
    ("hour", "%Y%m%d%H", timedelta(hours=1)),
    ("day", "%Y%m%d", timedelta(days=1)),
)
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
MOST_SPANS = 32

# PostgreSQL counts positions up to 16,383 and stores at most a megabyte of words together.
MAX_TOKENS = 16_000
MOST_BYTES = 700_000
MOST_OCCURRENCES = 255


def make_tag(name: str, value: str) -> str:
    """Return the token of a tag, which has a name and a value."""
    return f"{name}{SEPARATOR}{value}"


def truncate_tokens(tokens: list[str]) -> list[str]:
    """Return as many of the tokens as both databases store of one document."""
    # A character has at most four bytes: tokens that are short enough by that measure need not be encoded to be
    # measured.
    if len(tokens) <= MAX_TOKENS and sum(map(len, tokens)) * 4 <= MOST_BYTES:
        return tokens
    size = 0
    for number, token in enumerate(tokens[:MAX_TOKENS]):
        size += len(token.encode())
        if size > MOST_BYTES:
            return tokens[:number]
    return tokens[:MAX_TOKENS]


def moment_tags(moment: datetime) -> list[str]:
    """Return the tags for the time of an update: its month, day, hour and minute, in UTC."""
    written = moment.astimezone(UTC)
    spans = [(name, form) for name, form, _ in _SHORTER]
    return [make_tag(name, written.strftime(form)) for name, form in [*spans, (_MONTH, _IN_MONTH)]]


def span_tags(begin: datetime, end: datetime) -> list[str]:
    """Return tags of which every page updated from ``begin`` to ``end`` has one, and few other pages have any.

    They are of the shortest spans of which ``MOST_SPANS`` are enough. Return none if more months would be needed.
    """
    for name, form, length in _SHORTER:
        first, last = (begin - _BEGINNING) // length, (end - _BEGINNING) // length
        if last - first < MOST_SPANS:
            return [make_tag(name, (_BEGINNING + number * length).strftime(form)) for number in range(first, last + 1)]
    first, last = (each.year * 12 + each.month - 1 for each in (begin.astimezone(UTC), end.astimezone(UTC)))
    months = range(first, last + 1) if last - first < MOST_SPANS else ()
    return [make_tag(_MONTH, datetime(each // 12, each % 12 + 1, 1, tzinfo=UTC).strftime(_IN_MONTH)) for each in months]
