"""Share images of all public pages: their content, their addresses, and the drawing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Self
from uuid import UUID

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language, gettext, ngettext

from newsroom.accounts.models import Contributor
from newsroom.http.languages import list_language
from newsroom.media.images import BUSY, BusyError
from newsroom.media.models import Image
from newsroom.media.processing import normalize
from newsroom.media.processing.share_card import HEIGHT, PICTURE_WIDTH, CroppedPicture, ShareCard, draw_card
from newsroom.media.renditions.intermediates import intermediate_size, open_intermediate
from newsroom.media.renditions.store import ImageRemovedError
from newsroom.outlets.models import Outlet
from newsroom.page_cache.dependencies import SUBJECTS, PageDependencies, version_of_key
from newsroom.public_pages import list_pages
from newsroom.text.plain import plain_text
from stories.editions.models import Edition
from stories.public.pages.lists.cards import load_heading_topics
from stories.public.pages.works.bylines import is_in_live_byline
from topics.models import Topic
from topics.navigation import load_navigation

# The number of images, of some 100 KB each, that each process caches. Many readers may fetch the image of a shared page
# at the same time.
CACHED_IMAGES = 64
MAX_WAIT = 5  # seconds that a reader waits while this process makes other images
MAX_NOTE = 1_000  # characters of a description; a card has room for fewer
SITE = "site"


@dataclass(frozen=True, slots=True)
class ShareImage:
    """The share image of a page. ``image`` is the lead picture that it shows.

    ``route`` is the name and the arguments of its address, without the name of the file. ``alt`` is its alternative
    text: the headline, and the alternative text of the picture.
    """

    route: tuple[str, ...]
    card: ShareCard
    alt: str
    image: Image | None = field(default=None, compare=False)

    @property
    def file(self) -> str:
        """The name of the file. It contains a digest of the content, so a cached image is never outdated."""
        return f"{self.card.digest}.jpg"

    @property
    def url(self) -> str:
        """The address of the image."""
        name, *args = self.route
        return reverse(name, args=[*args, self.file])

    @classmethod
    def of_edition(cls, edition: Edition, topic: str) -> Self:
        """Return the share image of a story or a question, in its language, with the ``topic`` above its title, or ""."""
        image = edition.lead_image if edition.lead_image and _is_large(edition.lead_image) else None
        with translation.override(edition.language):
            is_story = edition.work_kind == "story"
            outlets = edition.outlet_count if is_story else 0
            outlet_count = ngettext("{number} outlet", "{number} outlets", outlets).format(number=outlets)
            card = ShareCard(
                site=settings.SITE_NAME,
                label=topic if is_story else gettext("Common question"),
                headline=edition.title,
                note=(outlet_count if outlets else "") if is_story else topic,
                outlets=outlets,
                is_rtl=edition.direction == "rtl",
                picture=CroppedPicture(image.digest, image.focal_x, image.focal_y) if image else None,
            )
        alt = f"{edition.title} – {edition.lead_alt}" if image and edition.lead_alt else edition.title
        return cls(("share_image", str(edition.uid)), card, alt, image)

    @classmethod
    def of_topic(cls, topic: Topic) -> Self:
        """Return the share image of a topic, in the site's first language."""
        return cls._of_entity(topic, _in_first_language(topic.get_kind_display))

    @classmethod
    def of_outlet(cls, outlet: Outlet) -> Self:
        """Return the share image of an outlet, in the site's first language."""
        return cls._of_entity(outlet, _in_first_language(outlet.get_kind_display))

    @classmethod
    def of_author(cls, author: Contributor) -> Self:
        """Return the share image of an author."""
        return cls._of_entity(author, author.role)

    @classmethod
    def of_list(cls, name: str) -> Self:
        """Return the share image of a list, by its URL name, in the active language; that of the site for any other."""
        label = next((str(page.label) for page in list_pages() if page.name == name != "front_page"), "")
        language = list_language(get_language())
        card = ShareCard(
            site=settings.SITE_NAME,
            label="" if label else gettext("The news explained, the papers side by side"),
            headline=label or settings.SITE_NAME,
            is_rtl=translation.get_language_bidi(),
            is_name=True,
        )
        return cls(("list_share_image", language, name if label else SITE), card, card.headline)

    @classmethod
    def load(cls, uid: UUID, *, at: datetime) -> Self:
        """Return the share image of the work, topic, outlet or author with this ``uid``, in at most six queries.

        Raise Http404 if none is public at ``at``.
        """
        editions = Edition.objects.live(at).filter(uid=uid).select_related("lead_image")
        edition = editions.annotate(subjects_version=version_of_key(SUBJECTS)).first()
        if edition is not None:
            dependencies = PageDependencies(at=at)
            dependencies.record_versions({SUBJECTS: vars(edition)["subjects_version"]})
            topics = load_heading_topics([edition], load_navigation(dependencies))
            return cls.of_edition(edition, topics.get(edition.pk, ""))
        if topic := Topic.objects.public(at).filter(uid=uid).first():
            return cls.of_topic(topic)
        if outlet := Outlet.objects.public(at).filter(uid=uid).first():
            return cls.of_outlet(outlet)
        if author := Contributor.objects.filter(is_in_live_byline(at), uid=uid, has_page=True).first():
            return cls.of_author(author)
        raise Http404

    @classmethod
    def load_list(cls, language: str, name: str) -> Self:
        """Return the share image of a list in a language. Raise Http404 if there is no such list or language."""
        if language not in settings.SITE_LANGUAGES:
            raise Http404
        with translation.override(language):
            found = cls.of_list(name)
        if found.route[2] != name:
            raise Http404
        return found

    @classmethod
    def _of_entity(cls, entity: Topic | Outlet | Contributor, label: str) -> Self:
        note = " ".join(plain_text(entity.description[:MAX_NOTE]).split())
        with translation.override(settings.LANGUAGE_CODE):
            is_rtl = translation.get_language_bidi()
        card = ShareCard(
            site=settings.SITE_NAME, label=label, headline=entity.name, note=note, is_rtl=is_rtl, is_name=True
        )
        return cls(("share_image", str(entity.uid)), card, entity.name)

    def draw(self) -> bytes:
        """Return the image as a JPEG. If its picture has been removed, it is left out.

        Raise BusyError if this process makes other images for longer than ``MAX_WAIT``.
        """
        return _draw(self)


def _in_first_language(get_text: Callable[[], object]) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return str(get_text())


@lru_cache(CACHED_IMAGES)
def _draw(share_image: ShareImage) -> bytes:
    if share_image.image is None:
        return draw_card(share_image.card)
    try:
        if not normalize.RENDITION_LOCK.acquire(timeout=MAX_WAIT):
            raise BusyError(BUSY)
        try:
            return draw_card(share_image.card, open_intermediate(share_image.image, part=1))
        finally:
            normalize.RENDITION_LOCK.release()
    except ImageRemovedError:
        return draw_card(share_image.card)


def _is_large(image: Image) -> bool:
    """Return whether the image is large enough for its part of a share image without being enlarged."""
    width, height = intermediate_size(image)
    return width >= PICTURE_WIDTH and height >= HEIGHT
