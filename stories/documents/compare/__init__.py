"""Comparison of two documents, for the desk, for readers and for the rule about minor changes.

``compare(before, after)`` returns a Comparison, a frozen value that a template can print::

    comparison = compare(previous_document, document)   # None as the first argument if there was nothing before
    comparison.is_empty      # true for equal documents, and only for them
    comparison.is_small      # true if readers see nothing of the change: internal numbers, spaces
    comparison.summary       # “3 sections edited, 1 source replaced, 2 figures changed”
    comparison.noted         # figures, dates, quotations: Noted(what, before, after)
    comparison.unchanged     # labels of the parts that did not change
    for part in comparison.parts:            # in reading order, only parts that changed
        part.code, part.label, part.state    # “section”, “What’s happened”, added | removed | edited | moved
        part.summary, part.changed_mentions, part.unchanged_rows  # “1 passage added”; its figures; the number of unchanged rows
        part.fields                          # Field(label, before, after, …)
        part.rows                            # Row(label, state, fields, was, now, is_moved)

A field has its text in ``before`` (kinds ``same``, ``gone``) and ``after`` (``same``, ``new``), as Words of Runs. These
are plain data that the template escapes. ``components/comparison.html`` prints all of it. It needs ``comparison``, and
the names of both sides as ``before_label`` and ``after_label``. A page that includes it links ``css/comparison.css``.

``measure(before, after)`` returns how many words changed, and the reasons why the change is not minor.
"""

from collections.abc import Mapping
from dataclasses import replace

from stories.documents import AnyDocument, Explainer, QuestionPage
from stories.documents.compare.comparison import ChangedField, ChangedPart, ChangedRow, Comparison, Noted
from stories.documents.compare.measure import ChangeMeasure, measure_comparison
from stories.documents.compare.parts import compare_question_parts, compare_story_parts
from stories.documents.compare.summary import summarise, summarise_part
from stories.documents.compare.texts import ComparisonContext, collect_names

__all__ = ["ChangeMeasure", "ChangedField", "ChangedPart", "ChangedRow", "Comparison", "Noted", "compare", "measure"]


def compare(
    before: AnyDocument | None,
    after: AnyDocument,
    *,
    numbers_before: Mapping[int, int] | None = None,
    numbers_after: Mapping[int, int] | None = None,
) -> Comparison:
    """Return the changes from ``before`` to ``after``; if ``before`` is None, everything is new.

    Documents with equal digests have no difference; any other two have at least one, even if only a small one. The
    mappings ``numbers_…`` hold the number that readers see for each citation number; without them it is shown as it is.
    Raise TypeError for documents of different kinds. Labels and summary are in the active language.
    """
    names = collect_names(after) | (collect_names(before) if before else frozenset())
    reading = ComparisonContext(after.language, numbers_before or {}, numbers_after or {}, before is None, names)
    if isinstance(after, Explainer) and (before is None or isinstance(before, Explainer)):
        parts = list(compare_story_parts(before, after, reading=reading))
    elif isinstance(after, QuestionPage) and (before is None or isinstance(before, QuestionPage)):
        parts = list(compare_question_parts(before, after, reading=reading))
    else:
        raise TypeError("A story and a question cannot be compared.")
    changed = tuple(replace(part, summary=summarise_part(part)) for part in parts if part.is_changed)
    kept = tuple(
        part.label for part in parts if not part.is_changed and (part.code == "section" or part.unchanged_rows)
    )
    is_new = before is None
    return Comparison(changed, kept, is_new, summarise(changed, is_new=is_new))


def measure(before: AnyDocument | None, after: AnyDocument) -> ChangeMeasure:
    """Return how many words changed from ``before`` to ``after``, and the reasons why the change is not minor.

    A minor change has at most 12 words. It changes no figure, date, capitalised name, quotation, link, source or
    answer, and no image, topic, question, byline, address or language. It adds, removes and moves nothing.
    In languages whose names cannot be distinguished from other words, no change of words is minor.
    Raise TypeError for documents of different kinds.
    """
    return measure_comparison(compare(before, after), language=after.language)
