"""Downloadable copies of a page: its document, with links as URLs and without the parts that only the desk sees."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import FETCH_RAISE
from django.http import Http404
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from newsroom.http.reverse import reverse_slug
from newsroom.page_cache.dependencies import PageDependencies, page_key
from newsroom.text.markdown.relink import find_targets, replace_targets
from stories.documents import AnyDocument, Explainer
from stories.documents.fields import FieldSpec
from stories.documents.render import SourceFragment
from stories.documents.schema import PAPERS, UNKNOWNS
from stories.documents.walk import replace_values, walk
from stories.editions.models import Edition
from stories.public.pages.history.changes import Changes
from stories.public.pages.resolve import get_page_under, next_edition_at
from stories.public.pages.works.fragments import list_sources, parse_fragments, remove_desk_parts
from stories.public.pages.works.links import Links, LiveQuestion, select_topics, select_works, topic_page_keys
from stories.public.pages.works.live_data import next_day_in
from stories.public.pages.works.open_questions import write_live_states

# The name and content type of each copy, keyed by the extension of its address. RFC 7763 defines the Markdown type.
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


def list_copies(edition: Edition, changes: Changes | None) -> list[CopyLink]:
    """Return links to the copies of a live page, with names in the active language.

    The list is empty for an old edition, whose ``changes`` are None, and for a draft.
    """
    if changes is None or not changes.editions:
        return []
    return [
        CopyLink(gettext(name), reverse_slug(f"{edition.work_kind}_{extension}", edition.slug), content_type)
        for extension, (name, content_type) in COPIES.items()
    ]


@dataclass(frozen=True, slots=True)
class PublicCopy:
    """A copy of a page at a given time. Its sources have the numbers that readers see."""

    document: AnyDocument
    edition: Edition
    url: str
    sources: tuple[SourceFragment, ...]
    at: datetime


def get_public_copy(kind: str, slug: str, *, ending: str, dependencies: PageDependencies) -> PublicCopy:
    """Return a copy of the live page of this kind and slug, at the time of ``dependencies``.

    Parts that only the desk sees are left out, such as articles without a citation, images that are not placed, and
    empty sections. Links by uid become absolute URLs if their targets are public, and plain text otherwise. In texts,
    open questions have their present states, as on the page; JSON is the document as published.

    This takes at most six queries. Raise the same exceptions as ``stories.public.pages.resolve.get_page_under``, and
    Http404 if the edition no longer has a document.
    """
    at = dependencies.at
    edition = get_page_under(kind, slug, at=at, under=f".{ending}", dependencies=dependencies)
    editions = Edition.objects.with_ordinals().select_related("document").fetch_mode(FETCH_RAISE)
    edition = editions.get(pk=edition.pk)
    if edition.document is None:
        raise Http404
    fragments = parse_fragments(edition)
    document = _remove_desk_state(remove_desk_parts(edition.document.value(), fragments))
    targets = {
        target for field in walk(document) if field.spec.comparator == "text" for target in find_targets(field.text)
    }
    dependencies.read_versions(
        [*(page_key(*work) for work in select_works(targets)), *topic_page_keys(select_topics(targets))]
    )
    dependencies.limit_validity(next_edition_at(at=at) if targets else None)
    links = Links.load(targets, topics=(), questions=(), at=at)
    if ending != "json" and isinstance(document, Explainer):
        next_day_in((question.valid_until for question in links.questions.values()), dependencies)
        with translation.override(edition.language):
            document = _write_live_states(document, links.questions)
    site = settings.SITE_URL
    urls = {target: f"{site}{path}" for target, path in links.addresses.items()}
    return PublicCopy(
        document=_replace_links(document, urls),
        edition=edition,
        url=f"{site}{edition.get_absolute_url()}",
        sources=list_sources(document, fragments),
        at=at,
    )


def _remove_desk_state(document: AnyDocument) -> AnyDocument:
    """Return ``document`` without empty sections, and with the flags of the desk cleared."""
    if not isinstance(document, Explainer):
        return document.model_copy(update={"question_confirmed": False, "cut_off": False})
    sections = tuple(
        section
        for section in document.sections
        if (document.passages if section.kind == PAPERS.code else section.text.strip())
    )
    return document.model_copy(update={"headline_confirmed": False, "cut_off": False, "sections": sections})


def _write_live_states(story: Explainer, questions: Mapping[UUID, LiveQuestion]) -> Explainer:
    sections = tuple(
        section.model_copy(update={"text": write_live_states(section.text, questions)})
        if section.kind == UNKNOWNS.code
        else section
        for section in story.sections
    )
    return story.model_copy(update={"sections": sections})


def _replace_links(document: AnyDocument, urls: dict[str, str]) -> AnyDocument:
    def replace_in_field(name: str, spec: FieldSpec, value: Any) -> object:
        return replace_targets(value, urls) if spec.comparator == "text" else value

    return replace_values(document, replace_in_field)
