"""Find what a correction corrects: its paragraph in the new text, and since when readers saw the wrong words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from stories.documents import AnyDocument
from stories.documents.render import render
from stories.documents.render.paragraphs import collect_texts, find_sentence, list_new_paragraphs
from stories.models import Change, ChangeNote, Edition, EditionKind, Work
from stories.publishing.request import Validated


@dataclass(frozen=True, slots=True)
class CorrectedPlace:
    """What an edition stores of its correction; all values are None for any other edition, and where nothing is found.

    ``corrected_section`` is the uid of the section, passage or answer, or of the work for the opening of its page.
    """

    corrected_section: UUID | None = None
    corrected_paragraph: int | None = None
    wrong_since: datetime | None = None

    def columns(self) -> dict[str, object]:
        """Return the values, keyed by the name of the edition's column."""
        return {name: getattr(self, name) for name in self.__slots__}


def locate_corrections(works: Iterable[Validated]) -> dict[int, CorrectedPlace]:
    """Return what each correction among ``works`` corrects, keyed by the primary key of the work.

    This takes one query if there is a correction, and otherwise none.
    """
    corrected = [each for each in works if each.change.change == Change.CORRECTION]
    earlier = _load_earlier_pages([each.work for each in corrected]) if corrected else {}
    return {
        each.work.pk: _locate(each.work, each.document, each.change, before=each.previous_document, earlier=pages)
        for each in corrected
        for pages in ([page for page in earlier.get(each.work.pk, ()) if page.live_from < each.place.begin],)
    }


def _load_earlier_pages(works: Iterable[Work]) -> dict[int, list[Edition]]:
    """Return the editions and notices of the works with their documents, newest first."""
    rows = Edition.objects.without_cancelled().filter(work__in=works).select_related("document").defer("fragments")
    pages: dict[int, list[Edition]] = {}
    for page in rows.order_by("-live_from", "-pk"):
        pages.setdefault(page.work_id, []).append(page)
    return pages


def _locate(
    work: Work, document: AnyDocument, change: ChangeNote, *, before: AnyDocument | None, earlier: Iterable[Edition]
) -> CorrectedPlace:
    texts = collect_texts(render(document), work.uid)
    new = list_new_paragraphs(
        texts, collect_texts(render(before), work.uid) if before else {}, (change.is_right, change.was_wrong)
    )
    changed = {(place.section, place.number) for place in new}
    with_sentence = find_sentence(texts, change.is_right)
    # The same words may be in several paragraphs; the one that this edition changed is meant.
    preferred = [place for place in with_sentence if (place.section, place.number) in changed]
    places = preferred or with_sentence or new
    since = _find_beginning(work, change.was_wrong, earlier)
    return CorrectedPlace(places[0].section, places[0].number, since) if places else CorrectedPlace(wrong_since=since)


def _find_beginning(work: Work, was_wrong: str, earlier: Iterable[Edition]) -> datetime | None:
    """Return since when readers had seen the wrong words without a break, or None if the last page lacks them."""
    beginning = None
    for page in earlier:
        if page.kind != EditionKind.PAGE or page.document is None:
            break
        if not find_sentence(collect_texts(render(page.document.value()), work.uid), was_wrong, at_least=1):
            break
        beginning = page.live_from
    return beginning
