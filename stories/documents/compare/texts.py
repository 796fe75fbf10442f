"""Comparison of one field: word by word, as Markdown or as a plain line, or as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext

from newsroom.text.diff import words
from newsroom.text.diff.align import Stretch
from newsroom.text.diff.pieces import Piece, split_line, split_markdown
from newsroom.text.diff.words import Kind, Run, RunGroup
from newsroom.text.join import join_list
from stories.documents import AnyDocument, Explainer
from stories.documents.compare.comparison import ChangedField
from stories.documents.compare.protected_changes import find_protected_changes
from stories.documents.walk import list_outlets


@dataclass(frozen=True, slots=True)
class ComparisonContext:
    """The context of a comparison: the language, and the numbers that readers see for the citations of each side.

    ``names`` are the names in either document. If everything is new (``is_new``), no changed mentions are listed.
    """

    language: str
    numbers_before: Mapping[int, int] = field(default_factory=dict)
    numbers_after: Mapping[int, int] = field(default_factory=dict)
    is_new: bool = False
    names: frozenset[str] = frozenset()

    @staticmethod
    def display_numbers(written: str, numbers: Mapping[int, int]) -> str:
        """Return the numbers that readers see for the citation numbers in ``written``, such as “3, 5”."""
        return join_list(numbers.get(int(number), number) for number in written.split(", ") if number)


def collect_names(document: AnyDocument) -> frozenset[str]:
    """Return the names of topics, outlets and people in a document."""
    names = {topic.name for topic in document.topics} | {outlet.name for outlet in list_outlets(document)}
    names |= {cited.author for cited in document.citations}
    if isinstance(document, Explainer):
        names |= {person.name for person in document.byline}
    return frozenset(names)


def compare_texts(code: str, label: str, old: str, new: str, *, context: ComparisonContext) -> ChangedField:
    before, after = split_markdown(old, context.numbers_before), split_markdown(new, context.numbers_after)
    return _compare_pieces(code, label, before, after, context)


def compare_lines(code: str, label: str, old: str, new: str, *, context: ComparisonContext) -> ChangedField:
    return _compare_pieces(code, label, split_line(old), split_line(new), context)


def compare_values(code: str, label: str, old: str, new: str) -> ChangedField:
    """Return the changed field for a value that was replaced as a whole. An empty string means no value."""
    return ChangedField(code, label, _as_run_groups("gone", old), _as_run_groups("new", new))


def _compare_pieces(
    code: str, label: str, old: list[Piece], new: list[Piece], context: ComparisonContext
) -> ChangedField:
    stretches = words.compare_pieces(old, new)
    if all(stretch.same for stretch in stretches):
        label = gettext("%(field)s: spaces or invisible characters") % {"field": label}
        return ChangedField(code, label, is_small=True)
    before, after = words.split_sides(words.adapt_for_reading(stretches, old, new), old, new)
    if not any(piece.words for piece in old):
        before = ()
    if not any(piece.words for piece in new):
        after = ()
    words_changed = sum(_count_changed_words(stretch, old, new) for stretch in stretches)
    mentions = (
        ()
        if context.is_new
        else find_protected_changes(stretches, old, new, language=context.language, names=context.names)
    )
    return ChangedField(code, label, before, after, mentions, words_changed, is_compared_by_word=True)


def _count_changed_words(stretch: Stretch, old: list[Piece], new: list[Piece]) -> int:
    if stretch.same:
        return 0
    removed = sum(piece.is_word for piece in old[stretch.start : stretch.end])
    added = sum(piece.is_word for piece in new[stretch.new_start : stretch.new_end])
    return max(removed, added)


def _as_run_groups(kind: Kind, value: str) -> tuple[RunGroup, ...]:
    return (RunGroup(kind, (Run(kind, value),)),) if value else ()
