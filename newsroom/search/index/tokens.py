"""The tokens that both databases keep of what can be found, as they are."""

from datetime import UTC, datetime, timedelta

# Both parts of a token are told apart by characters that stand in no word and that both databases keep: SQLite cuts at
# ASCII punctuation. What stands before them says where a word stands or how a page is tagged.
IN = "·"
SPELT = "¦"
GAP = "¶"  # no phrase reaches across it
TITLE, LEAD, KIND = "title", "lead", "kind"

# How a page is tagged by when it was updated: in which month, and in which of some shorter spans, by UTC.
_MONTH, _IN_MONTH = "month", "%Y%m"
_SHORTER = (
    ("minute", "%Y%m%d%H%M", timedelta(minutes=1)),
    ("hour", "%Y%m%d%H", timedelta(hours=1)),
    ("day", "%Y%m%d", timedelta(days=1)),
)
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
MOST_SPANS = 32

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


def moment_tags(moment: datetime) -> list[str]:
    """Return the tokens that say when a page was updated: in which month, day, hour and minute, by UTC."""
    written = moment.astimezone(UTC)
    spans = [(name, form) for name, form, _ in _SHORTER]
    return [tag(name, written.strftime(form)) for name, form in [*spans, (_MONTH, _IN_MONTH)]]


def span_tags(begin: datetime, end: datetime) -> list[str]:
    """Return tokens of which all that was updated from ``begin`` to ``end`` has one; little else has.

    They are of the shortest spans of which ``MOST_SPANS`` are enough; none where more months would be needed.
    """
    for name, form, length in _SHORTER:
        first, last = (begin - _BEGINNING) // length, (end - _BEGINNING) // length
        if last - first < MOST_SPANS:
            return [tag(name, (_BEGINNING + number * length).strftime(form)) for number in range(first, last + 1)]
    first, last = (each.year * 12 + each.month - 1 for each in (begin.astimezone(UTC), end.astimezone(UTC)))
    months = range(first, last + 1) if last - first < MOST_SPANS else ()
    return [tag(_MONTH, datetime(each // 12, each % 12 + 1, 1, tzinfo=UTC).strftime(_IN_MONTH)) for each in months]
