"""What readers see of the difference between two editions: only what could be read in one of them."""

from dataclasses import replace

from stories.comparing import Comparison, Part, compare
from stories.documents import AnyDocument, Explainer, PlacedPicture
from stories.models.edition import Edition
from stories.reading.marks import pictures_in
from stories.reading.parts import question_texts_of, texts_of
from stories.rendering import ExplainerFragments, QuestionFragments

type Fragments = ExplainerFragments | QuestionFragments


def fragments_of(edition: Edition) -> Fragments:
    """Return what the edition keeps, read back."""
    if edition.work_kind == "story":
        return ExplainerFragments.model_validate(edition.fragments)
    return QuestionFragments.model_validate(edition.fragments)


def compared(before: Edition, after: Edition) -> Comparison | None:
    """Return what ``after`` changed for readers; None where a document was taken out of one of them.

    The editions come with their documents. Labels are in the language that is active. What the desk keeps beside the
    page (articles that nothing cites, pictures that stand nowhere, numbers of its own) is left out.
    """
    if before.document is None or after.document is None:
        return None
    old, new = fragments_of(before), fragments_of(after)
    comparison = compare(
        _as_read(before.document.value(), old),
        _as_read(after.document.value(), new),
        numbers_before=_numbers(old),
        numbers_after=_numbers(new),
    )
    return replace(comparison, parts=tuple(_seen(part) for part in comparison.parts if not part.is_small))


def _numbers(fragments: Fragments) -> dict[int, int]:
    return {source.number: source.display for source in fragments.sources}


def _as_read(document: AnyDocument, fragments: Fragments) -> AnyDocument:
    texts = texts_of(fragments) if isinstance(fragments, ExplainerFragments) else question_texts_of(fragments)
    cited, placed = _numbers(fragments), pictures_in(texts)
    read: dict[str, object] = {
        "citations": tuple(article for article in document.citations if article.number in cited),
        "pictures": tuple(_told(picture) for picture in document.pictures if picture.uid in placed),
    }
    if isinstance(document, Explainer) and document.lead_picture:
        read["lead_picture"] = _told(document.lead_picture)
    return document.model_copy(update=read)


def _told(picture: PlacedPicture) -> PlacedPicture:
    """Return the picture with the words that are told of it: none instead of a decorative one."""
    return picture.model_copy(update={"alt": ""}) if picture.decorative else picture


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
