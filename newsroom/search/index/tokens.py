"""The tokens of a search document, which are the same for both databases."""

from datetime import UTC, datetime, timedelta

# A token may have two parts, separated by a character that no word contains and that both databases store. SQLite would
# split a token at ASCII punctuation. The first part is the field of a word or the name of a tag.
SEPARATOR = "·"
SPELLING_SEPARATOR = "¦"
GAP = "¶"  # no phrase matches across it
TITLE, LEAD, KIND = "title", "lead", "kind"

# Pages are tagged with the time of their update, in UTC: the month and several shorter spans.
_MONTH_TAG, _MONTH_FORMAT = "month", "%Y%m"
_SHORT_SPANS = (
    ("minute", "%Y%m%d%H%M", timedelta(minutes=1)),
    ("hour", "%Y%m%d%H", timedelta(hours=1)),
    ("day", "%Y%m%d", timedelta(days=1)),
)
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
MAX_SPANS = 32

# In a tsvector, PostgreSQL supports positions up to 16,383, and a megabyte of words.
MAX_TOKENS = 16_000
MAX_BYTES = 700_000


def make_tag(name: str, value: str) -> str:
    """Return the token of a tag, which has a name and a value."""
    return f"{name}{SEPARATOR}{value}"


def truncate_tokens(tokens: list[str]) -> list[str]:
    """Return the first tokens, as many as both databases can store for one document."""
    # A character has at most four bytes. If the tokens are short enough by this estimate, they need not be encoded.
    if len(tokens) <= MAX_TOKENS and sum(map(len, tokens)) * 4 <= MAX_BYTES:
        return tokens
    size = 0
    for number, token in enumerate(tokens[:MAX_TOKENS]):
        size += len(token.encode())
        if size > MAX_BYTES:
            return tokens[:number]
    return tokens[:MAX_TOKENS]


def moment_tags(moment: datetime) -> list[str]:
    """Return the tags for the time of an update: its month, day, hour and minute, in UTC."""
    in_utc = moment.astimezone(UTC)
    spans = [(name, form) for name, form, _ in _SHORT_SPANS]
    return [make_tag(name, in_utc.strftime(form)) for name, form in [*spans, (_MONTH_TAG, _MONTH_FORMAT)]]


def span_tags(begin: datetime, end: datetime) -> list[str]:
    """Return tags such that every page updated from ``begin`` to ``end`` has one of them, and few other pages do.

    The tags are for the shortest spans of which ``MAX_SPANS`` are enough. Return an empty list if more than
    ``MAX_SPANS`` months would be needed.
    """
    for name, form, length in _SHORT_SPANS:
        first, last = (begin - _BEGINNING) // length, (end - _BEGINNING) // length
        if last - first < MAX_SPANS:
            return [make_tag(name, (_BEGINNING + number * length).strftime(form)) for number in range(first, last + 1)]
    first, last = (each.year * 12 + each.month - 1 for each in (begin.astimezone(UTC), end.astimezone(UTC)))
    months = range(first, last + 1) if last - first < MAX_SPANS else ()
    return [
        make_tag(_MONTH_TAG, datetime(each // 12, each % 12 + 1, 1, tzinfo=UTC).strftime(_MONTH_FORMAT))
        for each in months
    ]
