"""The head of each kind of page: title, description, path, breadcrumbs, share image and feeds."""

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
from stories.public.pages.authors import AuthorPage
from stories.public.pages.copies.share_image import ShareImage
from stories.public.pages.forecasts import ForecastList
from stories.public.pages.history.corrections import CorrectionList
from stories.public.pages.history.editions import EditionPage, HistoryPage
from stories.public.pages.lists.archive import MonthPage
from stories.public.pages.lists.feeds import FeedList
from stories.public.pages.lists.front import FrontPage
from stories.public.pages.lists.questions import QuestionList
from stories.public.pages.lists.stories import StoryList
from stories.public.pages.open_questions import OpenQuestionList
from stories.public.pages.outlets.list import OutletList
from stories.public.pages.outlets.outlet import OutletPage
from stories.public.pages.search import SearchPage
from stories.public.pages.works.question import QuestionPage
from stories.public.pages.works.story import ExplainerPage
from topics.pages import TopicList, TopicPage

ATOM = "application/atom+xml"
RSS = "application/rss+xml"
JSON_FEED = "application/feed+json"
_MAX_WORDS = 40
_MAX_CHARACTERS = 160
# Open Graph requires a country even for a language tag without one.
_COUNTRIES = {"ar": "ar_AR", "de": "de_DE", "en": "en_GB", "es": "es_ES"}


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed to which the head of a page links."""

    title: str
    path: str
    kind: str = ATOM


@dataclass(frozen=True, slots=True)
class Head:
    """The metadata in the head of a page.

    ``crumbs`` holds the names and paths of the pages above this one, without the front page. ``is_article`` is true for
    a dated text, as opposed to a list. ``section`` is the name of a story's section, if it has one. ``oembed`` is true if
    the page can be embedded.
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
    section: str = ""
    feeds: tuple[Feed, ...] = ()
    oembed: bool = False

    @property
    def locale(self) -> str:
        """The language in the notation of Open Graph, such as ``en_GB``."""
        language, _, country = self.language.replace("_", "-").partition("-")
        return f"{language}_{country.upper()}" if len(country) == 2 else _COUNTRIES.get(language, language)


@singledispatch
def build_head(page: object) -> Head:
    """Return the head of a public page. Raise TypeError for any other object."""
    raise TypeError(f"Nothing is known of the head of {type(page).__name__}.")


@build_head.register
def _(page: ExplainerPage) -> Head:
    return _build_edition_head(
        page.edition,
        title=page.headline,
        topic=page.head_topic,
        crumbs=(_get_list_link("stories"),),
        tags=tuple(topic.name for topic in page.topics),
        section=page.section,
        oembed=True,
    )


@build_head.register
def _(page: QuestionPage) -> Head:
    return _build_edition_head(
        page.edition,
        title=page.question,
        topic=page.head_topic,
        crumbs=(_get_list_link("questions"),),
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
    return _build_list_head("stories", gettext("The news explained, newest first."))


@build_head.register
def _(page: MonthPage) -> Head:
    month = formats.date_format(page.month.first_day, "YEAR_MONTH_FORMAT")
    return Head(
        month,
        gettext("The news explained in {month}.").format(month=month),
        page.month.get_absolute_url(),
        crumbs=(_get_list_link("stories"),),
    )


@build_head.register
def _(page: QuestionList) -> Head:
    return _build_list_head("questions", gettext("Common questions behind the news, with dated answers."))


@build_head.register
def _(page: OpenQuestionList) -> Head:
    title, path = _get_list_link("open_questions")
    return Head(
        title,
        gettext("What our stories cannot say yet, oldest first."),
        path,
        crumbs=(_get_list_link("questions"),),
        feeds=(Feed(title, reverse("open_question_feed")),),
    )


@build_head.register
def _(page: TopicList) -> Head:
    return _build_list_head(
        "topics",
        gettext("People, organisations, places, events and subjects in the news, with every story about them."),
    )


@build_head.register
def _(page: TopicPage) -> Head:
    name = page.topic.name
    return Head(
        name,
        gettext("{name}: background, stories and questions.").format(name=name),
        reverse("topic", args=[page.topic.slug]),
        crumbs=(_get_list_link("topics"),),
        picture=ShareImage.of_topic(page.topic),
        feeds=(Feed(name, reverse("topic_feed", args=[page.topic.slug])),),
    )


@build_head.register
def _(page: OutletList) -> Head:
    return _build_list_head("outlets", gettext("The outlets we compare, and where we cite them."))


@build_head.register
def _(page: OutletPage) -> Head:
    name = page.outlet.name
    return Head(
        name,
        gettext("{name}: who owns it, and what it reported in the stories that cite it.").format(name=name),
        reverse("source", args=[page.outlet.slug]),
        crumbs=(_get_list_link("outlets"),),
        picture=ShareImage.of_outlet(page.outlet),
        feeds=(Feed(name, reverse("outlet_feed", args=[page.outlet.slug])),),
    )


@build_head.register
def _(page: AuthorPage) -> Head:
    author = page.author
    description = " ".join(plain_text(author.description).split())
    return Head(
        author.name,
        Truncator(description).chars(_MAX_CHARACTERS)
        or gettext("Stories by {name}, and the corrections to them.").format(name=author.name),
        reverse("author", args=[author.slug]),
        picture=ShareImage.of_author(author),
        feeds=(Feed(author.name, reverse("author_feed", args=[author.slug])),),
    )


@build_head.register
def _(page: ForecastList) -> Head:
    return _build_list_head(
        "forecasts",
        gettext("What was said would happen, and what did."),
        feeds=(Feed(gettext("Forecasts"), reverse("forecast_feed")),),
    )


@build_head.register
def _(page: CorrectionList) -> Head:
    return _build_list_head(
        "corrections",
        gettext("All our corrections, newest first."),
        feeds=(Feed(gettext("Corrections"), reverse("correction_feed")),),
    )


@build_head.register
def _(page: FeedList) -> Head:
    return _build_list_head("feeds", gettext("Feeds of stories, corrections and topics, in Atom, RSS and JSON."))


@build_head.register
def _(page: SearchPage) -> Head:
    return _build_list_head("search", gettext("Search stories, questions, topics and outlets"))


@build_head.register
def _(page: HistoryPage) -> Head:
    edition = page.edition
    list_name = "stories" if edition.work_kind == "story" else "questions"
    return Head(
        gettext("History of “{title}”").format(title=edition.shown_title),
        gettext("Earlier editions of this page, with dates and changes."),
        reverse(f"{edition.work_kind}_history", args=[edition.slug]),
        crumbs=(_get_list_link(list_name), (edition.shown_title, edition.get_absolute_url())),
        language=edition.language,
    )


@build_head.register
def _(past: EditionPage) -> Head:
    edition = past.page.edition
    label = gettext("Edition %(label)s") % {"label": past.shown.number}
    return Head(
        f"{label}: {edition.title}",
        Truncator(edition.summary).words(_MAX_WORDS),
        past.shown.url,
        language=edition.language,
        is_article=True,
        published=edition.first_published_at,
        updated=edition.live_from,
    )


@build_head.register
def _(page: AboutPage) -> Head:
    opening = plain_text(page.text).partition("\n\n")[0]
    return Head(page.title, Truncator(opening).chars(_MAX_CHARACTERS), page.get_absolute_url())


def _get_list_link(name: str) -> tuple[str, str]:
    """Return the label and the path of a list."""
    page = get_page(name)
    return str(page.label), page.get_absolute_url()


def _build_list_head(name: str, description: str, *, feeds: tuple[Feed, ...] = ()) -> Head:
    title, path = _get_list_link(name)
    return Head(title, description, path, feeds=feeds)


def _build_edition_head(
    edition: Edition,
    *,
    title: str,
    topic: str,
    crumbs: tuple[tuple[str, str], ...],
    tags: tuple[str, ...],
    section: str = "",
    oembed: bool = False,
) -> Head:
    return Head(
        title,
        Truncator(edition.summary).words(_MAX_WORDS),
        edition.get_absolute_url(),
        crumbs=crumbs,
        language=edition.language,
        is_article=True,
        picture=ShareImage.of_edition(edition, topic),
        published=edition.first_published_at,
        updated=edition.updated_at,
        tags=tags,
        section=section,
        oembed=oembed,
    )
