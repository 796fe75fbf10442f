"""Read the numbered sources and the images that a submitted form places in a work."""

import itertools
import re
from collections.abc import Iterator, Mapping
from operator import itemgetter
from uuid import UUID, uuid4

from newsroom.text.fold import fold
from stories.admin.drafts.posted import Fields, Row, SubmittedForm, index_by_uid
from stories.documents import AnyDocument, CitedArticle, NamedOutlet, PlacedPicture
from stories.drafts.typed_names import FoundNames

_ADDRESS = re.compile(r"https?://[^\s<>\"]+")
MAX_ADDRESS_LENGTH = 2_000


def assign_numbers(submitted: SubmittedForm, base: AnyDocument, *, given: int) -> dict[int, int]:
    """Return the number of each source, keyed by the index of its row. A new source gets the next free number.

    ``given`` is the last number that the work has assigned. New rows that are empty get no number.
    """
    before = {cited.number for cited in base.citations}
    next_numbers = itertools.count(max([given, *before]) + 1)
    rows = sorted(submitted.rows("citations"), key=lambda row: (row.number is None, row.number or 0, row.index))
    return {
        row.index: row.number if row.number in before else next(next_numbers)
        for row in rows
        if row.number in before or not row.is_empty
    }


def build_citations(
    submitted: SubmittedForm, base: AnyDocument, known: FoundNames, numbers: Mapping[int, int]
) -> Iterator[CitedArticle]:
    """Yield the sources, ordered by number, each article once; ``numbers`` is the result of ``assign_numbers``."""
    before = {cited.number: cited for cited in base.citations}
    rows = {row.index: row for row in submitted.rows("citations")}
    seen: set[object] = set()
    for index, number in sorted(numbers.items(), key=itemgetter(1)):
        cited = _build_citation(rows[index], before.get(number), known, number=number)
        if cited and not {cited.article, cited.url} & seen:
            seen |= {cited.article, cited.url}
            yield cited


def _build_citation(row: Row, old: CitedArticle | None, known: FoundNames, *, number: int) -> CitedArticle | None:
    if old and not row.has("url"):
        return old
    url = row.line("url")
    if not (_ADDRESS.fullmatch(url) and len(url) <= MAX_ADDRESS_LENGTH):
        return old
    name = row.line("outlet_name")[:200]
    if old is None and (article := known.articles.get(url)):
        outlet = NamedOutlet(uid=article.outlet.uid if article.outlet else None, name=article.outlet_name)
        return CitedArticle(
            number=number, article=article.uid, outlet=outlet, url=url, title=article.title,
            published_on=article.published_on, author=article.author, paywalled=article.paywalled,
            archived_url=article.archived_url, archived_on=article.archived_on,
        )  # fmt: skip
    known_outlet = known.outlets.get(fold(name))
    return CitedArticle(
        number=number,
        article=old.article if old else uuid4(),
        outlet=NamedOutlet(uid=known_outlet.uid, name=known_outlet.name)
        if known_outlet
        else NamedOutlet(uid=None, name=name),
        url=url,
        title=row.line("title")[:500],
        published_on=row.day("published_on"),
        author=row.line("author")[:300],
        paywalled=row.is_checked("paywalled"),
        archived_url=old.archived_url if old else "",
        archived_on=old.archived_on if old else None,
    )


def build_images(submitted: SubmittedForm, base: AnyDocument, known: FoundNames) -> Iterator[PlacedPicture]:
    """Yield the images in the text; while the typed title matches no image, the row keeps its saved image."""
    before = index_by_uid(base.pictures)
    for row in submitted.rows("pictures"):
        if image := known.pictures.get(row.line("picture")):
            yield build_placed_image(row, "", uid=row.uid, image=image.uid)
        elif old := before.get(row.uid):
            yield build_placed_image(row, "", uid=row.uid, image=old.image)


def build_placed_image(fields: Fields, prefix: str, *, uid: UUID, image: UUID) -> PlacedPicture:
    """Return a placed image with the texts from the fields with this prefix."""
    return PlacedPicture(
        uid=uid,
        image=image,
        alt=fields.line(f"{prefix}alt"),
        decorative=fields.is_checked(f"{prefix}decorative"),
        caption=fields.text(f"{prefix}caption"),
        credit=fields.line(f"{prefix}credit"),
    )
