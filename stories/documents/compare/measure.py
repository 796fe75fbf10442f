"""Measure of a change: how many words changed, and why it is not minor."""

from collections.abc import Iterator
from dataclasses import dataclass

from newsroom.text.markdown import links
from stories.documents.compare.comparison import ChangedField, ChangedPart, ChangedRow, Comparison, Noted
from stories.documents.compare.languages import vocabulary_of

MAX_MINOR_WORDS = 12

_SHOWN = {
    "figure": "figure {}",
    "date": "date {}",
    "quotation": "quotation {}",
    "name": "name or capitalised word {}",
    "link": "link to {}",
    "source": "citation of source {}",
    "picture": "picture in the text",
}
_ROWS = {
    "passages": "passage",
    "answers": "answer",
    "questions": "question",
    "topics": "topic",
    "pictures": "picture",
    "sources": "source",
    "byline": "name in the byline",
}
# A change that readers see in such a row is never minor, even if no figure changed and no row moved.
_NEVER_MINOR = frozenset(_ROWS) - {"passages"}
_STATES = {"added": "was added", "removed": "was taken out", "edited": "changed", "moved": "moved"}
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class ChangeMeasure:
    """The size of a change, and the reasons why it is not minor.

    ``words_changed`` is the sum over all changes of the words removed or added, whichever are more. ``reasons`` are
    sentences for editors in reading order.
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
        return ChangeMeasure(words, ("Nothing was public before, so that everything is new.",))
    reasons = [reason for part in comparison.parts for reason in _of_part(part)]
    if words > MAX_MINOR_WORDS:
        reasons.append(f"{words} words changed; a minor change has at most {MAX_MINOR_WORDS}.")
    if words and vocabulary_of(language) is None:
        reasons.append("Words changed in a language in which names and figures cannot be told from other words.")
    return ChangeMeasure(words, tuple(dict.fromkeys(reasons)))


def _of_part(part: ChangedPart) -> Iterator[str]:
    where = f"in “{part.label}”"
    if part.code == "section" and (part.state != "edited" or part.is_moved):
        yield f"The section “{part.label}” {_STATES['moved' if part.is_moved else part.state]}."
    elif part.code == "lead_picture" and not part.is_small:
        yield f"The lead picture {_STATES[part.state]}."
    for field in part.fields:
        yield from _of_field(field, where)
    code = "passages" if part.code == "section" else part.code
    for row in part.rows:
        yield from _of_row(row, code, where)


def _of_row(row: ChangedRow, code: str, where: str) -> Iterator[str]:
    state = "moved" if row.is_moved else row.state
    if state != "edited" or (code in _NEVER_MINOR and not row.is_small):
        yield f"The {_ROWS[code]} “{_short(row.label)}” {_STATES[state]} {where}."
    elif not row.is_small:
        for field in row.fields:
            yield from _of_field(field, f"in the {_ROWS[code]} “{_short(row.label)}”")


def _of_field(field: ChangedField, where: str) -> Iterator[str]:
    if field.is_small:
        return
    yield from (_of_noted(noted, where) for noted in field.changed_mentions)
    if not field.is_words:
        yield f"“{field.label}” changed {where}."


def _of_noted(noted: Noted, where: str) -> str:
    one, other = _named(noted.before), _named(noted.after)
    shown = _SHOWN[noted.what].format(one or other)
    if not noted.before:
        return f"The {shown} was added {where}."
    if not noted.after:
        return f"The {shown} was taken out {where}."
    if noted.before == noted.after:
        return f"The words of the {shown} changed {where}."
    return f"The {shown} changed{'' if one == other else f' to {other}'} {where}."


def _named(name: str) -> str:
    """Return the name to show to editors: for a link to an entity its kind, because the link holds only a number."""
    thing = links.parse_target(name)
    return f"a {thing.kind}" if thing else _short(name)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1].rstrip()}…"
