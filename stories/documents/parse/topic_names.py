"""Extract the name of a topic from the beginning of its description."""

import re

from stories.documents.parse.words.vocabulary import load_words

_VERBS = load_words("topics", "verbs")
_ADVERBS = load_words("topics", "adverbs")
_HONOURS = load_words("topics", "honours")
_SUFFIXES = load_words("topics", "suffixes")
_NAMES_WITH_ARTICLE = load_words("topics", "articled")
_FUNCTION_WORDS = frozenset(
    ["of", "the", "and", "de", "la", "le", "del", "da", "di", "du", "von", "van", "der", "den", "bin", "al", "&"]
)
_BRACKETED = re.compile(r"\s*\([^()]*(?:\([^()]*\)[^()]*)*\)?")
_LEADING_PHRASE = re.compile(r"(?:In|In the|Within|Under|Born in|Born on) [^,.]{2,60}, (?=\S)")
_EDGES = " \t,;:.–—-"
_MAX_GUESSED_WORDS = 6
MAX_NAME_LENGTH = 200


def extract_topic_name(description: str) -> str:
    """Return the name at the beginning of a description, such as *Bolivia* for "Bolivia, officially the …".

    A leading "the", "a" or "an" is dropped, except a "the" that belongs to the name. If the end of the name is not
    found, return the first words, up to a comma. The name has at most ``MAX_NAME_LENGTH`` characters.
    """
    start = _LEADING_PHRASE.match(description)
    text = _BRACKETED.sub("", description[start.end() if start else 0 :][:2_000], count=3)
    head, has_end = _split_head(text.split())
    name = _join_segments(" ".join(head)) if has_end else " ".join(head[:_MAX_GUESSED_WORDS]).split(",")[0]
    return _truncate(_without_article(_without_honours(name.strip(_EDGES)) + _find_final_stop(name)))


def _split_head(words: list[str]) -> tuple[list[str], bool]:
    """Return the words up to the end of the name, and whether an end was found.

    The name ends before a verb or an adverb, or after a word that ends with a colon.
    """
    for index, word in enumerate(words):
        if index and word.strip(",").lower() == word.strip(",") and (word in _VERBS or word.strip(",") in _ADVERBS):
            return words[:index], True
        if word.endswith(":"):
            return words[: index + 1], True
    return words, False


def _join_segments(head: str) -> str:
    """Return the name with the suffixes and further names that follow it after commas, as in "Paris, France"."""
    segments = head.split(",")
    name = segments[0].strip()
    for segment in segments[1:]:
        parts = segment.split()
        if not parts or not _belongs_to_name(parts):
            break
        name = f"{name}, {' '.join(parts)}"
    return name


def _belongs_to_name(parts: list[str]) -> bool:
    if len(parts) == 1 and parts[0].strip(".").lower() in _SUFFIXES:
        return True
    if (
        all(part.lower() in _HONOURS for part in parts)
        or len(parts) > _MAX_GUESSED_WORDS
        or parts[0].lower() in _FUNCTION_WORDS
    ):
        return False
    return all(part in _FUNCTION_WORDS or (part[0].isupper() and not part.endswith(("’s", "'s"))) for part in parts)


def _without_honours(name: str) -> str:
    parts = name.split()
    while len(parts) > 1 and parts[-1].isupper() and parts[-1].lower() in _HONOURS:
        parts.pop()
    return " ".join(parts)


def _find_final_stop(name: str) -> str:
    """Return the full stop if the name ends with an abbreviation, as in "Apple Inc.", or an empty string."""
    last = name.strip().rsplit(" ", 1)[-1]
    return "." if last.endswith(".") and last.strip(".,").lower() in _SUFFIXES else ""


def _without_article(name: str) -> str:
    first, _, rest = name.partition(" ")
    if not rest or first.lower() not in ("the", "a", "an"):
        return name[:1].upper() + name[1:] if first.islower() else name  # leaves "iPhone" unchanged
    if first.lower() == "the" and rest.split()[0].lower() in _NAMES_WITH_ARTICLE:
        return name
    return rest[:1].upper() + rest[1:]


def _truncate(name: str) -> str:
    return name if len(name) <= MAX_NAME_LENGTH else name[:MAX_NAME_LENGTH].rsplit(" ", 1)[0]
