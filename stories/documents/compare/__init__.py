"""Says what leads from one document to another: for the desk, for readers, and for what may be called minor.

``compare(before, after)`` returns a Comparison, a frozen value that a template can print::

    comparison = compare(previous_document, document)   # None for the first when there was nothing before
    comparison.is_empty      # equal documents, and only they
    comparison.is_small      # only what readers do not see: numbers inside the newsroom, spaces
    comparison.summary       # “3 sections edited, 1 source replaced, 2 figures changed”
    comparison.noted         # figures, dates, quotations: Noted(what, before, after)
    comparison.unchanged     # labels of the parts that stayed as they were
    for part in comparison.parts:            # in reader order, only what changed
        part.code, part.label, part.state    # “section”, “What’s happened”, added | removed | edited | moved
        part.summary, part.noted, part.kept  # “1 passage added”; its figures; how many rows stayed
        part.fields                          # Field(label, before, after, …)
        part.rows                            # Row(label, state, fields, was, now, is_moved)

The words of a field stand in ``before`` (kinds ``same``, ``gone``) and ``after`` (``same``, ``new``), as Words of Runs:
data, escaped by the template. ``components/comparison.html`` prints all of it; it wants ``comparison``, and the names
of the two sides as ``before_label`` and ``after_label``; a page that includes it links ``css/comparison.css``.

``measure(before, after)`` says how many words changed and what forbids to call that minor.
"""

from collections.abc import Mapping
from dataclasses import replace

from stories.documents import AnyDocument, Explainer, QuestionPage
from stories.documents.compare.comparison import Comparison, Field, Noted, Part, Row
from stories.documents.compare.measure import Measured, measured
from stories.documents.compare.parts import parts_of_question, parts_of_story
from stories.documents.compare.summary import sum_up, sum_up_part
from stories.documents.compare.texts import Reading, names_in

__all__ = ["Comparison", "Field", "Measured", "Noted", "Part", "Row", "compare", "measure"]


def compare(
    before: AnyDocument | None,
    after: AnyDocument,
    *,
    numbers_before: Mapping[int, int] | None = None,
    numbers_after: Mapping[int, int] | None = None,
) -> Comparison:
    """Return what leads from ``before`` to ``after``; with None everything is new.

    Documents with equal digests have no difference, any other two at least one, even if it is a small one. ``numbers_…``
    say which number readers see for each citation number of a document; without them it is the work's own. Raises
    TypeError for documents of different kinds. Labels and summary are in the language that is active.
    """
    names = names_in(after) | (names_in(before) if before else frozenset())
    reading = Reading(after.language, numbers_before or {}, numbers_after or {}, before is None, names)
    if isinstance(after, Explainer) and (before is None or isinstance(before, Explainer)):
        parts = list(parts_of_story(before, after, reading=reading))
    elif isinstance(after, QuestionPage) and (before is None or isinstance(before, QuestionPage)):
        parts = list(parts_of_question(before, after, reading=reading))
    else:
        raise TypeError("A story and a question cannot be compared.")
    changed = tuple(replace(part, summary=sum_up_part(part)) for part in parts if part.is_changed)
    kept = tuple(part.label for part in parts if not part.is_changed and (part.code == "section" or part.kept))
    is_new = before is None
    return Comparison(changed, kept, is_new, sum_up(changed, is_new=is_new))


def measure(before: AnyDocument | None, after: AnyDocument) -> Measured:
    """Return how many words lead from ``before`` to ``after``, and what forbids to call that a minor change.

    Minor is what changes at most 12 words and no figure, date, capitalised name, quotation, link, source or answer, adds,
    removes or moves nothing, and touches no picture, topic, question, byline, address or language. In languages whose
    names cannot be told from other words no change of words is minor. Raises TypeError for documents of different kinds.
    """
    return measured(compare(before, after), language=after.language)
