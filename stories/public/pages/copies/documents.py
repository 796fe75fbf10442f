"""Downloadable copies of a page: its document as readers know it, without what only this site can resolve."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import FETCH_RAISE
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop

from newsroom.page_cache.dependencies import PageDependencies, page_key
from newsroom.text.markdown.relink import find_targets, replace_targets
from stories.documents import AnyDocument, Explainer
from stories.documents.fields import FieldSpec
from stories.documents.render import SourceFragment
from stories.documents.schema import PAPERS
from stories.documents.walk import replace_values, walk
from stories.editions.models import Edition
from stories.public.pages.history.changes import Changes
from stories.public.pages.resolve import get_page_under, next_edition_at
from stories.public.pages.works.fragments import fragments_of, without_desk_parts
from stories.public.pages.works.links import Links, topic_page_keys, topics_in, works_in

# The name and the content type (RFC 7763 for Markdown) of a copy, by the extension of its address.
COPIES = {
    "txt": (gettext_noop("Text"), "text/plain"),
    "md": ("Markdown", "text/markdown"),
    "json": ("JSON", "application/json"),
}


@dataclass(frozen=True, slots=True)
class CopyLink:
    """The name, address and content type of a copy."""

    name: str
    url: str
    content_type: str


def copies_of(edition: Edition, changes: Changes | None) -> list[CopyLink]:
    """Return the copies of a live page, named in the active language; none for a draft."""
    if changes is None or not changes.editions:
        return []
    return [
        CopyLink(gettext(name), reverse(f"{edition.work_kind}_{ending}", args=[edition.slug]), content_type)
        for ending, (name, content_type) in COPIES.items()
    ]


@dataclass(frozen=True, slots=True)
class PublicCopy:
    """A page as a copy at one time: document, edition, absolute URL, and sources with the numbers that readers see."""

    document: AnyDocument
    edition: Edition
    url: str
    sources: tuple[SourceFragment, ...]
    at: datetime


def get_public_copy(kind: str, slug: str, *, ending: str, dependencies: PageDependencies) -> PublicCopy:
    """Return the live page of that kind and slug as a copy, at the time of ``dependencies``.

    What only the desk knows is left out: articles without a citation, empty sections, whether a headline was confirmed.
    Links by uid become addresses if their targets are public, and plain words otherwise.

    It takes six queries, or seven if the page has moved. Raise as ``stories.public.pages.resolve.get_page_under`` does.
    """
    at = dependencies.at
    edition = get_page_under(kind, slug, at=at, under=f".{ending}", dependencies=dependencies)
    kept = Edition.objects.select_related("document").fetch_mode(FETCH_RAISE).get(pk=edition.pk)
    if kept.document is None:
        raise Http404
    fragments = fragments_of(kept)
    document = _without_desk(without_desk_parts(kept.document.value(), fragments))
    targets = {
        target for field in walk(document) if field.spec.comparator == "text" for target in find_targets(field.text)
    }
    dependencies.read_versions([*(page_key(*work) for work in works_in(targets)), *topic_page_keys(topics_in(targets))])
    dependencies.limit_validity(next_edition_at(at=at) if targets else None)
    places = Links.load(targets, topics=(), questions=(), at=at).addresses
    site = settings.SITE_URL
    addresses = {target: f"{site}{place}" for target, place in places.items()}
    return PublicCopy(
        document=_relinked(document, addresses),
        edition=kept,
        url=f"{site}{kept.get_absolute_url()}",
        sources=fragments.sources,
        at=at,
    )


def _without_desk(document: AnyDocument) -> AnyDocument:
    if not isinstance(document, Explainer):
        return document.model_copy(update={"question_confirmed": False, "cut_off": False})
    sections = tuple(
        section
        for section in document.sections
        if (document.passages if section.kind == PAPERS.code else section.text.strip())
    )
    return document.model_copy(update={"headline_confirmed": False, "cut_off": False, "sections": sections})


def _relinked(document: AnyDocument, addresses: dict[str, str]) -> AnyDocument:
    def new(name: str, spec: FieldSpec, value: Any) -> object:
        return replace_targets(value, addresses) if spec.comparator == "text" else value

    return replace_values(document, new)
