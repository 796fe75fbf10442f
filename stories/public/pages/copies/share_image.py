"""Share images of stories, questions and topics: their content and their addresses."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, ngettext

from newsroom.media.processing.share_card import ShareCard
from newsroom.text.plain import plain_text
from stories.editions.models import Edition
from topics.models import Topic


@dataclass(frozen=True, slots=True)
class ShareImage:
    """The content of the share image of the page with this ``uid``."""

    uid: UUID
    card: ShareCard

    @property
    def url(self) -> str:
        """The address of the image. It contains a digest of the content, so a cached image is never outdated."""
        return reverse("share_image", args=[self.uid, self.card.digest])

    @classmethod
    def of_edition(cls, edition: Edition) -> Self:
        """Return the share image of a story or a question, in its language, with names as published."""
        with translation.override(edition.language):
            topic = next((mention["name"] for mention in edition.fragments.get("topics", ())), "")
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
            )
        return cls(edition.uid, card)

    @classmethod
    def of_topic(cls, topic: Topic) -> Self:
        """Return the share image of a topic, in the site's first language."""
        with translation.override(settings.LANGUAGE_CODE):
            kind = topic.get_kind_display()
        note = " ".join(plain_text(topic.description).split())
        return cls(topic.uid, ShareCard(site=settings.SITE_NAME, label=kind, headline=topic.name, note=note))

    @classmethod
    def load(cls, uid: UUID, *, at: datetime) -> Self:
        """Return the share image of the work or topic with this ``uid``, in at most two queries.

        Raise Http404 if neither is public at ``at``.
        """
        edition = Edition.objects.live(at).filter(uid=uid).first()
        if edition is not None:
            return cls.of_edition(edition)
        topic = Topic.objects.public(at).filter(uid=uid).first()
        if topic is None:
            raise Http404
        return cls.of_topic(topic)
