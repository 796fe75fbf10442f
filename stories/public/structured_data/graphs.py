"""The JSON-LD graph of each kind of page: the page itself, its breadcrumbs, the publisher and the site."""

from collections.abc import Iterable
from functools import singledispatch
from typing import cast

from django.urls import reverse
from django.utils.translation import gettext

from newsroom.site.models import AboutPage, AboutRole
from stories.documents.render.paragraphs import text_without_citations
from stories.editions.models import Edition
from stories.public.pages.authors import AuthorPage
from stories.public.pages.forecasts import ForecastList
from stories.public.pages.history.corrections import CorrectionList
from stories.public.pages.history.editions import HistoryPage
from stories.public.pages.lists.archive import MonthPage
from stories.public.pages.lists.cards import Card
from stories.public.pages.lists.feeds import FeedList
from stories.public.pages.lists.front import FrontPage
from stories.public.pages.lists.questions import QuestionList
from stories.public.pages.lists.stories import StoryList
from stories.public.pages.open_questions import OpenQuestionList
from stories.public.pages.outlets.list import OutletList
from stories.public.pages.outlets.outlet import OutletPage
from stories.public.pages.works.question import QuestionPage
from stories.public.pages.works.story import ExplainerPage
from stories.public.structured_data import works
from stories.public.structured_data.heads import Head
from stories.public.structured_data.nodes import (
    Node,
    format_datetime,
    item_list,
    node,
    node_id,
    node_reference,
    properties,
)
from stories.public.structured_data.site import Site
from topics.pages import TopicList, TopicPage


def build_graph(page: object, head: Head, site: Site, *, schema_type: str | tuple[str, ...]) -> Node:
    """Return the JSON-LD of a public page. Raise TypeError for any other object."""
    nodes = [{"@type": schema_type} | describe(page, head, site), *site.nodes()]
    if not isinstance(page, FrontPage):
        nodes.insert(1, _build_breadcrumbs(head, site))
    return {"@context": "https://schema.org", "@graph": nodes}


@singledispatch
def describe(page: object, head: Head, site: Site) -> Node:
    """Return the properties of the page itself. They include a type only if the content of the page determines it."""
    raise TypeError(f"Nothing is known of what {type(page).__name__} is.")


@describe.register
def _(page: ExplainerPage, head: Head, site: Site) -> Node:
    return works.describe_story(page, head, site)


@describe.register
def _(page: QuestionPage, head: Head, site: Site) -> Node:
    return works.describe_question(page, head, site)


@describe.register
def _(page: FrontPage, head: Head, site: Site) -> Node:
    stories = _list_story_links([page.lead, *page.latest] if page.lead else page.latest, site)
    return _describe_page(head, site, items=item_list(stories))


@describe.register
def _(page: StoryList | MonthPage | QuestionList, head: Head, site: Site) -> Node:
    return _describe_page(head, site, items=item_list(_list_story_links(page.cards, site), newest_first=True))


@describe.register
def _(page: OpenQuestionList, head: Head, site: Site) -> Node:
    links = _list_links((question.edition for question in page.questions), site)
    return _describe_page(head, site, items=item_list(links))


@describe.register
def _(page: TopicList, head: Head, site: Site) -> Node:
    topics = [row.topic for shelf in page.shelves for _, rows in shelf.shown for row in rows]
    items = [(topic.name, site.absolute_url(topic.get_absolute_url())) for topic in topics]
    return _describe_page(head, site, items=item_list(items))


@describe.register
def _(page: TopicPage, head: Head, site: Site) -> Node:
    topic = page.topic
    about = node(
        works.SCHEMA_ORG_TYPES.get(topic.kind, "Thing"),
        key=node_id(topic.uid),
        name=topic.name,
        description=text_without_citations(page.description_html),
        url=site.absolute_url(head.path),
        sameAs=list(topic.same_as_urls),
    )
    return _describe_page(
        head,
        site,
        about=about,
        items=item_list(_list_links((cast("Edition", row.edition) for row in page.stories), site), newest_first=True),
    )


@describe.register
def _(page: OutletList, head: Head, site: Site) -> Node:
    outlets = [row.outlet for shelf in page.shelves for row in shelf.rows]
    items = [(outlet.name, site.absolute_url(outlet.get_absolute_url())) for outlet in outlets]
    return _describe_page(head, site, items=item_list(items))


@describe.register
def _(page: OutletPage, head: Head, site: Site) -> Node:
    outlet = page.outlet
    about = node(
        "NewsMediaOrganization",
        key=node_id(outlet.uid),
        name=outlet.name,
        description=text_without_citations(page.description_html),
        url=site.absolute_url(head.path),
        sameAs=[outlet.home_page] if outlet.home_page else [],
        parentOrganization=outlet.owner and node("Organization", name=outlet.owner),
    )
    return _describe_page(
        head,
        site,
        about=about,
        items=item_list(_list_links((each.edition for each in page.coverage), site), newest_first=True),
    )


@describe.register
def _(page: AuthorPage, head: Head, site: Site) -> Node:
    author = page.author
    person = node(
        "Person",
        key=node_id(author.uid),
        name=author.name,
        url=site.absolute_url(head.path),
        description=text_without_citations(page.description_html),
        jobTitle=author.role,
        knowsAbout=[topic.name for topic in page.topics],
        knowsLanguage=author.language_tags,
        email=author.contact_url.removeprefix("mailto:") if author.contact_url.startswith("mailto:") else "",
        sameAs=[author.contact] if author.contact and author.contact == author.contact_url else [],
        image=author.picture and works.describe_portrait(author.picture, site),
        worksFor=None if author.is_former else site.publisher,
    )
    stories = [
        node(
            "NewsArticle",
            headline=card.edition.title,
            url=site.absolute_url(card.edition.get_absolute_url()),
            datePublished=format_datetime(card.edition.first_published_at),
        )
        for card in page.stories
    ]
    return _describe_page(head, site, items=person) | properties(hasPart=stories)


@describe.register
def _(page: ForecastList, head: Head, site: Site) -> Node:
    items = [(entry.row.expected, site.absolute_url(entry.url)) for entry in page.entries if not entry.is_withdrawn]
    return _describe_page(head, site, items=item_list(items))


@describe.register
def _(page: CorrectionList, head: Head, site: Site) -> Node:
    items = [(correction.page.title, site.absolute_url(correction.url)) for correction in page.corrections]
    return _describe_page(head, site, items=item_list(items, newest_first=True))


@describe.register
def _(page: FeedList, head: Head, site: Site) -> Node:
    items = [(topic.name, site.absolute_url(topic.get_absolute_url())) for topic in page.topics]
    return _describe_page(head, site, items=item_list(items))


@describe.register
def _(page: HistoryPage, head: Head, site: Site) -> Node:
    return _describe_page(head, site, about=node_reference(node_id(page.edition.uid)))


@describe.register
def _(page: AboutPage, head: Head, site: Site) -> Node:
    described = _describe_page(head, site, about=site.publisher)
    return {"@type": "ContactPage"} | described if page.role == AboutRole.CONTACT else described


def _describe_page(head: Head, site: Site, *, about: object = None, items: Node | None = None) -> Node:
    return properties(
        name=head.title,
        description=head.description,
        url=site.absolute_url(head.path),
        inLanguage=head.language,
        isPartOf=site.website,
        about=about,
        mainEntity=items,
    )


def _build_breadcrumbs(head: Head, site: Site) -> Node:
    """Return the breadcrumbs from the front page to this page."""
    steps = [(gettext("Front page"), reverse("front_page")), *head.crumbs, (head.title, head.path)]
    elements = [
        node("ListItem", position=position, name=name, item=site.absolute_url(path))
        for position, (name, path) in enumerate(steps, start=1)
    ]
    return node("BreadcrumbList", itemListElement=elements)


def _list_story_links(cards: Iterable[Card], site: Site) -> list[tuple[str, str]]:
    return _list_links((card.edition for card in cards), site)


def _list_links(editions: Iterable[Edition], site: Site) -> list[tuple[str, str]]:
    return [(edition.title, site.absolute_url(edition.get_absolute_url())) for edition in editions]
