"""The head of each kind of page: title, description, address, breadcrumbs, share image and feeds."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import singledispatch

from django.conf import settings
from django.urls import reverse
from django.utils import formats
from django.utils.text import Truncator
from django.utils.translation import get_language, gettext

from newsroom.public_pages import get_page
from newsroom.site.models import AboutPage
from newsroom.text.plain import plain_text
from stories.editions.models import Edition
from stories.public.pages.copies.share_image import ShareImage
from stories.public.pages.history.corrections import CorrectionList
from stories.public.pages.history.editions import HistoryPage
from stories.public.pages.lists.archive import MonthPage
from stories.public.pages.lists.front import FrontPage
from stories.public.pages.lists.questions import QuestionList
from stories.public.pages.lists.stories import StoryList
from stories.public.pages.outlets.list import OutletList
from stories.public.pages.outlets.outlet import OutletPage
from stories.public.pages.works.question import QuestionPage
from stories.public.pages.works.story import ExplainerPage
from topics.pages import TopicList, TopicPage

ATOM = "application/atom+xml"
RSS = "application/rss+xml"
JSON_FEED = "application/feed+json"
_MOST_WORDS = 40
_MOST_CHARACTERS = 160
# Open Graph requires a country even for a language tag without one.
_COUNTRIES = {"ar": "ar_AR", "de": "de_DE", "en": "en_GB", "es": "es_ES"}


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed of what the page shows."""

    title: str
    path: str
    kind: str = ATOM


@dataclass(frozen=True, slots=True)
class Head:
    """The head metadata of a page.

    ``crumbs`` are name and path of the pages above it, without the front page. ``is_article`` marks one text with a
    date, as opposed to a list. ``oembed`` marks a page that can be embedded.
    """

    title: str
    description: str
    path: str
    crumbs: tuple[tuple[str, str], ...] = ()
    language: str = field(default_factory=lambda: get_language() or settings.LANGUAGE_CODE)
    is_article: bool = False
    picture: ShareImage | None = None
    published: datetime | None = None
    updated: datetime | None = None
    tags: tuple[str, ...] = ()
    feeds: tuple[Feed, ...] = ()
    oembed: bool = False

    @property
    def locale(self) -> str:
        """The language in the notation of Open Graph."""
        language, _, country = self.language.replace("_", "-").partition("-")
        return f"{language}_{country.upper()}" if len(country) == 2 else _COUNTRIES.get(language, language)


@singledispatch
def build_head(page: object) -> Head:
    """Return the head of a public page. Raise TypeError for any other object."""
    raise TypeError(f"Nothing is known of the head of {type(page).__name__}.")


@build_head.register
def _(page: ExplainerPage) -> Head:
    return _of_edition(
        page.edition,
        title=page.headline,
        crumbs=(_link("stories"),),
        tags=tuple(topic.name for topic in page.topics),
        oembed=True,
    )


@build_head.register
def _(page: QuestionPage) -> Head:
    return _of_edition(
        page.edition,
        title=page.question,
        crumbs=(_link("questions"),),
        tags=tuple(topic.name for topic in page.topics),
    )


@build_head.register
def _(page: FrontPage) -> Head:
    return Head(
        settings.SITE_NAME,
        gettext("The news explained, the papers side by side"),
        reverse("front_page"),
        feeds=(
            Feed(settings.SITE_NAME, reverse("story_rss"), RSS),
            Feed(settings.SITE_NAME, reverse("story_json_feed"), JSON_FEED),
        ),
    )


@build_head.register
def _(page: StoryList) -> Head:
    return _of_list("stories", gettext("The news explained, newest first."))


@build_head.register
def _(page: MonthPage) -> Head:
    month = formats.date_format(page.month.first_day, "YEAR_MONTH_FORMAT")
    return Head(
        month,
        gettext("The news explained in {month}.").format(month=month),
        page.month.get_absolute_url(),
        crumbs=(_link("stories"),),
    )


@build_head.register
def _(page: QuestionList) -> Head:
    return _of_list("questions", gettext("Common questions behind the news, each with the day its answers are as of."))


@build_head.register
def _(page: TopicList) -> Head:
    return _of_list(
        "topics",
        gettext("People, organisations, places, events and subjects in the news, with every story about them."),
    )


@build_head.register
def _(page: TopicPage) -> Head:
    name = page.topic.name
    return Head(
        name,
        gettext("{name}: what it is, and every story and question about it.").format(name=name),
        reverse("topic", args=[page.topic.slug]),
        crumbs=(_link("topics"),),
        picture=ShareImage.of_topic(page.topic),
        feeds=(Feed(name, reverse("topic_feed", args=[page.topic.slug])),),
    )


@build_head.register
def _(page: OutletList) -> Head:
    return _of_list("outlets", gettext("The outlets whose reporting we compare: what each is and where we cited it."))


@build_head.register
def _(page: OutletPage) -> Head:
    name = page.outlet.name
    return Head(
        name,
        gettext("What {name} is, who owns it, and what it said in the stories that cite it.").format(name=name),
        reverse("source", args=[page.outlet.slug]),
        crumbs=(_link("outlets"),),
        feeds=(Feed(name, reverse("outlet_feed", args=[page.outlet.slug])),),
    )


@build_head.register
def _(page: CorrectionList) -> Head:
    return _of_list(
        "corrections",
        gettext("What we got wrong, and what is right: on all pages, newest first."),
        feeds=(Feed(gettext("Corrections"), reverse("correction_feed")),),
    )


@build_head.register
def _(page: HistoryPage) -> Head:
    edition = page.edition
    above = "stories" if edition.work_kind == "story" else "questions"
    return Head(
        gettext("History of “{title}”").format(title=edition.title),
        gettext("What this page said before, when, and what changed."),
        reverse(f"{edition.work_kind}_history", args=[edition.slug]),
        crumbs=(_link(above), (edition.title, edition.get_absolute_url())),
        language=edition.language,
    )


@build_head.register
def _(page: AboutPage) -> Head:
    opening = plain_text(page.text).partition("\n\n")[0]
    return Head(page.title, Truncator(opening).chars(_MOST_CHARACTERS), page.get_absolute_url())


def _link(name: str) -> tuple[str, str]:
    """Return label and path of a list."""
    page = get_page(name)
    return str(page.label), page.get_absolute_url()


def _of_list(name: str, description: str, *, feeds: tuple[Feed, ...] = ()) -> Head:
    title, path = _link(name)
    return Head(title, description, path, feeds=feeds)


def _of_edition(
    edition: Edition, *, title: str, crumbs: tuple[tuple[str, str], ...], tags: tuple[str, ...], oembed: bool = False
) -> Head:
    return Head(
        title,
        Truncator(edition.summary).words(_MOST_WORDS),
        edition.get_absolute_url(),
        crumbs=crumbs,
        language=edition.language,
        is_article=True,
        picture=ShareImage.of_edition(edition),
        published=edition.first_published_at,
        updated=edition.updated_at,
        tags=tags,
        oembed=oembed,
    )
