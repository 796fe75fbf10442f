"""Measure a change: the number of changed words, and the reasons why the change is not minor."""

from collections.abc import Iterator
from dataclasses import dataclass

from newsroom.text.markdown import links
from stories.documents.compare.comparison import ChangedField, ChangedMention, ChangedPart, ChangedRow, Comparison
from stories.documents.compare.languages import get_vocabulary

MAX_MINOR_WORDS = 12

_MENTIONS = {
    "figure": "figure {}",
    "date": "date {}",
    "quotation": "quotation {}",
    "name": "name or capitalised word “{}”",
    "link": "link to {}",
    "source": "citation of source {}",
    "picture": "picture in the text",
}
_ROWS = {
    "passages": "passage",
    "claims": "point",
    "figures": "figure",
    "forecasts": "forecast",
    "answers": "answer",
    "questions": "question",
    "topics": "topic",
    "pictures": "picture",
    "sources": "source",
    "origins": "origin",
    "byline": "name in the byline",
}
# A visible change in such a row is never minor, even if no figure changed and no row moved.
_NEVER_MINOR = frozenset(_ROWS) - {"passages"}
# The dates of answers, keyed by the code of their part. A change to nothing else is minor.
_DATES_OF_ANSWERS = {
    "head": frozenset({"short_answer_as_of", "short_answer_expires_on"}),
    "answers": frozenset({"as_of", "expires_on"}),
}
_STATE_WORDS = {"added": "was added", "removed": "was removed", "edited": "changed", "moved": "moved"}
_MAX_QUOTED_LENGTH = 80


@dataclass(frozen=True, slots=True)
class ChangeMeasure:
    """The size of a change, and the reasons why it is not minor.

    ``words_changed`` is a sum over all changes: for each, the number of words removed or added, whichever is greater.
    ``reasons`` are sentences for editors, in reading order.
    """

    words_changed: int
    reasons: tuple[str, ...] = ()

    @property
    def is_minor(self) -> bool:
        """Whether the change may be published as minor."""
        return not self.reasons


def measure_comparison(comparison: Comparison, *, language: str) -> ChangeMeasure:
    """Return the measure of a comparison of documents in ``language``."""
    words = sum(field.words_changed for part in comparison.parts for field in part.all_fields)
    if comparison.is_new:
        return ChangeMeasure(words, ("This is the first edition.",))
    if _has_only_dates_of_answers(comparison):
        return ChangeMeasure(words)
    reasons = [reason for part in comparison.parts for reason in _reasons_of_part(part)]
    if words > MAX_MINOR_WORDS:
        reasons.append(f"{words} words changed; a minor change has at most {MAX_MINOR_WORDS}.")
    if words and get_vocabulary(language) is None:
        reasons.append("Names and figures can’t be recognised in this language.")
    return ChangeMeasure(words, tuple(dict.fromkeys(reasons)))


def _has_only_dates_of_answers(comparison: Comparison) -> bool:
    """Return whether readers see no other changes than new dates of answers."""
    return not comparison.is_small and all(
        part.is_small
        or (
            part.state == "edited"
            and not part.is_moved
            and all(row.state == "edited" and not row.is_moved for row in part.rows)
            and all(field.is_small or field.code in _DATES_OF_ANSWERS.get(part.code, ()) for field in part.all_fields)
        )
        for part in comparison.parts
    )


def _reasons_of_part(part: ChangedPart) -> Iterator[str]:
    place = f"“{part.label}”"
    if part.code == "section" and (part.state != "edited" or part.is_moved):
        yield f"The section “{part.label}” {_STATE_WORDS['moved' if part.is_moved else part.state]}."
    elif part.code == "lead_picture" and not part.is_small:
        yield f"The lead picture {_STATE_WORDS[part.state]}."
    for field in part.fields:
        yield from _reasons_of_field(field, place)
    code = "passages" if part.code == "section" else part.code
    for row in part.rows:
        yield from _reasons_of_row(row, code, place)


def _reasons_of_row(row: ChangedRow, code: str, place: str) -> Iterator[str]:
    state = "moved" if row.is_moved else row.state
    if state != "edited" or (code in _NEVER_MINOR and not row.is_small):
        preposition = "from" if state == "removed" else "in"
        yield f"The {_ROWS[code]} “{_shorten(row.label)}” {_STATE_WORDS[state]} {preposition} {place}."
    elif not row.is_small:
        for field in row.fields:
            yield from _reasons_of_field(field, f"the {_ROWS[code]} “{_shorten(row.label)}”")


def _reasons_of_field(field: ChangedField, place: str) -> Iterator[str]:
    if field.is_small:
        return
    yield from (_reason_of_mention(mention, place) for mention in field.changed_mentions)
    if not field.is_compared_by_word:
        yield f"“{field.label}” changed in {place}."


def _reason_of_mention(mention: ChangedMention, place: str) -> str:
    before, after = _describe_target(mention.before), _describe_target(mention.after)
    description = _MENTIONS[mention.kind].format(before or after)
    if not mention.before:
        return f"The {description} was added in {place}."
    if not mention.after:
        return f"The {description} was removed from {place}."
    if mention.before == mention.after:
        return f"The text of the {description} changed in {place}."
    quoted = f"“{after}”" if mention.kind == "name" else after
    return f"The {description} changed{'' if before == after else f' to {quoted}'} in {place}."


def _describe_target(name: str) -> str:
    """Return ``name`` for display.

    A link by uid has no readable name, so return the kind of its target, such as “a topic”.
    """
    target = links.parse_target(name)
    if target is None:
        return _shorten(name)
    return "a point" if target.kind == links.CLAIM else f"a {target.kind}"


def _shorten(text: str) -> str:
    return text if len(text) <= _MAX_QUOTED_LENGTH else f"{text[: _MAX_QUOTED_LENGTH - 1].rstrip()}…"
