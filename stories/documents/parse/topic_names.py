"""Find the name of a topic at the beginning of its description."""

import re

from stories.documents.parse.words.vocabulary import load_words

_VERBS = load_words("topics", "verbs")
_ADVERBS = load_words("topics", "adverbs")
_HONOURS = load_words("topics", "honours")
_SUFFIXES = load_words("topics", "suffixes")
_ARTICLED = load_words("topics", "articled")
_SMALL = frozenset(
    ["of", "the", "and", "de", "la", "le", "del", "da", "di", "du", "von", "van", "der", "den", "bin", "al", "&"]
)
_BRACKETED = re.compile(r"\s*\([^()]*(?:\([^()]*\)[^()]*)*\)?")
_LEADING = re.compile(r"(?:In|In the|Within|Under|Born in|Born on) [^,.]{2,60}, (?=\S)")
_EDGES = " \t,;:.–—-"
_LONGEST_GUESS = 6
MAX_NAME_LENGTH = 200


def extract_topic_name(description: str) -> str:
    """Return the name with which a description begins: *Bolivia* for "Bolivia, officially the …".

    The article is dropped unless it belongs to the name. If no verb ends the name, return the first words. The name has
    at most 200 characters.
    """
    start = _LEADING.match(description)
    text = _BRACKETED.sub("", description[start.end() if start else 0 :][:2_000], count=3)
    head, ended = _head(text.split())
    name = _from_segments(" ".join(head)) if ended else " ".join(head[:_LONGEST_GUESS]).split(",")[0]
    return _cut(_without_article(_without_honours(name.strip(_EDGES)) + _final_stop(name)))


def _head(words_: list[str]) -> tuple[list[str], bool]:
    """Return the words before the first one that ends a name, and whether there is one.

    A verb or an adverb ends a name; so does a colon, whose word is still part of it.
    """
    for place, word in enumerate(words_):
        if place and word.strip(",").lower() == word.strip(",") and (word in _VERBS or word.strip(",") in _ADVERBS):
            return words_[:place], True
        if word.endswith(":"):
            return words_[: place + 1], True
    return words_, False


def _from_segments(head: str) -> str:
    """Return the name with the titles and places that follow its commas, but without other names."""
    segments = head.split(",")
    name = segments[0].strip()
    for segment in segments[1:]:
        parts = segment.split()
        if not parts or not _belongs(parts):
            break
        name = f"{name}, {' '.join(parts)}"
    return name


def _belongs(parts: list[str]) -> bool:
    if len(parts) == 1 and parts[0].strip(".").lower() in _SUFFIXES:
        return True
    if all(part.lower() in _HONOURS for part in parts) or len(parts) > _LONGEST_GUESS or parts[0].lower() in _SMALL:
        return False
    return all(part in _SMALL or (part[0].isupper() and not part.endswith(("’s", "'s"))) for part in parts)


def _without_honours(name: str) -> str:
    parts = name.split()
    while len(parts) > 1 and parts[-1].isupper() and parts[-1].lower() in _HONOURS:
        parts.pop()
    return " ".join(parts)


def _final_stop(name: str) -> str:
    """Return the full stop that belongs to the end of a name, as in "Apple Inc." or "Washington, D.C."."""
    last = name.strip().rsplit(" ", 1)[-1]
    return "." if last.endswith(".") and last.strip(".,").lower() in _SUFFIXES else ""


def _without_article(name: str) -> str:
    first, _, rest = name.partition(" ")
    if not rest or first.lower() not in ("the", "a", "an"):
        return name[:1].upper() + name[1:] if first.islower() else name  # but not "iPhone"
    if first.lower() == "the" and rest.split()[0].lower() in _ARTICLED:
        return name
    return rest[:1].upper() + rest[1:]


def _cut(name: str) -> str:
    return name if len(name) <= MAX_NAME_LENGTH else name[:MAX_NAME_LENGTH].rsplit(" ", 1)[0]
