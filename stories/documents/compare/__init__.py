"""Compare two documents, for the desk and for readers, and decide whether a change is minor.

``compare(before, after)`` returns a Comparison, a frozen value for templates::

    comparison = compare(previous_document, document)   # before=None if there was no earlier document
    comparison.is_empty      # true for equal documents, and only for them
    comparison.is_small      # true if readers cannot see the change, for example a change of spaces only
    comparison.summary       # “3 sections edited, 1 source replaced, 2 figures changed”
    comparison.changed_mentions  # figures, dates and quotations: ChangedMention(kind, before, after)
    comparison.unchanged     # labels of the unchanged sections and lists
    for part in comparison.parts:            # in reading order, only parts that changed
        part.code, part.label, part.state    # “section”, “What’s happened”, added | removed | edited | moved
        part.summary, part.unchanged_rows    # “1 passage added”; the number of unchanged rows
        part.fields                          # ChangedField(code, label, before, after, …)
        part.rows                            # ChangedRow(label, state, fields, position_before, position_after, …)

The text of a field is in ``before`` and ``after``, as groups of runs. The kind of a group is ``same``, ``gone`` (only
in ``before``), ``new`` (only in ``after``), or ``more`` for unchanged words that are left out. The runs are not HTML;
templates escape them. The template ``components/comparison.html`` renders the comparison. This template needs
``comparison`` and the names of both sides as ``before_label`` and ``after_label``. A page that includes it must also
load ``css/comparison.css``.

``measure(before, after)`` returns the number of changed words and the reasons why the change is not minor.
"""

from collections.abc import Mapping
from dataclasses import replace

from stories.documents import AnyDocument, Explainer, QuestionPage
from stories.documents.compare.comparison import ChangedField, ChangedMention, ChangedPart, ChangedRow, Comparison
from stories.documents.compare.corrections import ProposedCorrection, propose_corrections
from stories.documents.compare.measure import ChangeMeasure, measure_comparison
from stories.documents.compare.parts import compare_question_parts, compare_story_parts
from stories.documents.compare.summary import summarise, summarise_part
from stories.documents.compare.texts import ComparisonContext, collect_names

__all__ = [
    "ChangeMeasure",
    "ChangedField",
    "ChangedMention",
    "ChangedPart",
    "ChangedRow",
    "Comparison",
    "ProposedCorrection",
    "compare",
    "measure",
    "propose_corrections",
]


def compare(
    before: AnyDocument | None,
    after: AnyDocument,
    *,
    numbers_before: Mapping[int, int] | None = None,
    numbers_after: Mapping[int, int] | None = None,
) -> Comparison:
    """Return the changes from ``before`` to ``after``; if ``before`` is None, everything is new.

    Documents with equal digests have no changes; all others have at least one, even if it is small. ``numbers_before``
    and ``numbers_after`` map each citation number to the number that readers see; a number without an entry is shown
    unchanged. Labels and summary are in the active language. Raise TypeError for documents of different kinds.
    """
    names = collect_names(after) | (collect_names(before) if before else frozenset())
    context = ComparisonContext(after.language, numbers_before or {}, numbers_after or {}, before is None, names)
    if isinstance(after, Explainer) and (before is None or isinstance(before, Explainer)):
        parts = list(compare_story_parts(before, after, context=context))
    elif isinstance(after, QuestionPage) and (before is None or isinstance(before, QuestionPage)):
        parts = list(compare_question_parts(before, after, context=context))
    else:
        raise TypeError("A story and a question cannot be compared.")
    changed = tuple(replace(part, summary=summarise_part(part)) for part in parts if part.is_changed)
    unchanged = tuple(
        part.label for part in parts if not part.is_changed and (part.code == "section" or part.unchanged_rows)
    )
    is_new = before is None
    return Comparison(changed, unchanged, is_new, summarise(changed, is_new=is_new))


def measure(before: AnyDocument | None, after: AnyDocument) -> ChangeMeasure:
    """Return the number of words changed from ``before`` to ``after``, and the reasons why the change is not minor.

    If ``before`` is None, everything is new. A change to nothing but the dates of answers is minor. Any other minor
    change affects at most ``MAX_MINOR_WORDS`` words. It changes no figure, date, quotation, link, source or answer, no
    name or other capitalised word, and no image, topic, question, byline, address or language. It does not add, remove
    or move a section or a row. In languages whose names cannot be distinguished from other words, no change to words is
    minor. Raise TypeError for documents of different kinds.
    """
    return measure_comparison(compare(before, after), language=after.language)
