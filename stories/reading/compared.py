"""What readers see of the difference between two editions: only what could be read in one of them."""

from dataclasses import replace

from stories.documents.compare import Comparison, Part, compare
from stories.editions.models import Edition
from stories.reading.as_read import Fragments, as_read, fragments_of


def compared(before: Edition, after: Edition) -> Comparison | None:
    """Return what ``after`` changed for readers; None where a document was taken out of one of them.

    The editions come with their documents. Labels are in the language that is active. What the desk keeps beside the
    page (articles that nothing cites, pictures that stand nowhere, numbers of its own) is left out.
    """
    if before.document is None or after.document is None:
        return None
    old, new = fragments_of(before), fragments_of(after)
    comparison = compare(
        as_read(before.document.value(), old),
        as_read(after.document.value(), new),
        numbers_before=_numbers(old),
        numbers_after=_numbers(new),
    )
    return replace(comparison, parts=tuple(_seen(part) for part in comparison.parts if not part.is_small))


def _numbers(fragments: Fragments) -> dict[int, int]:
    return {source.number: source.display for source in fragments.sources}


def _seen(part: Part) -> Part:
    return replace(
        part,
        fields=tuple(field for field in part.fields if not field.is_small),
        rows=tuple(
            replace(row, fields=tuple(field for field in row.fields if not field.is_small))
            for row in part.rows
            if not row.is_small
        ),
    )
