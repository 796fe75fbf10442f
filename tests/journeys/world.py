"""A small newsroom with one of everything that readers can open, for tests of all public addresses."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, resolve, reverse

from newsroom.db.keyset import PART_SIZE
from newsroom.http import clock
from newsroom.public_pages import PublicPage, list_pages
from newsroom.site.models import AboutPage
from stories import publishing
from stories.drafts import revisions
from stories.models import FAQ, SourceSummary, Story, StoryForecast
from stories.public.pages.copies.share_image import ShareImage
from tests.factories import (
    make_article,
    make_author,
    make_image,
    make_outlet,
    make_published_question,
    make_question,
    make_story,
    make_topic,
    make_update,
    make_user,
)


@dataclass(frozen=True)
class World:
    """The objects of the newsroom. ``public`` holds an address for every public route, keyed by the route's name."""

    story: Story
    question: FAQ
    withdrawn: Story
    draft: Story
    draft_question: FAQ
    public: dict[str, str]

    def __post_init__(self) -> None:
        """Add the addresses of the API."""
        data = {f"api:{name}": data_at(address) for name, address in self.public.items()}
        self.public.update({name: address for name, address in data.items() if address})
        self.public["api:openapi"] = "/api/v1/openapi.json"


def data_at(address: str) -> str:
    """Return the address in the API that corresponds to the page at ``address``, or an empty string."""
    path, mark, query = address.partition("?")
    match = resolve(path)
    try:
        return reverse(f"api:{match.url_name}", kwargs=match.captured_kwargs) + mark + query  # type: ignore[attr-defined]
    except NoReverseMatch:
        return ""


def address_of(page: PublicPage, **values: object) -> str:
    """Return the address of a page with these values for the parameters of its path; other values are ignored."""
    return reverse(page.name, kwargs={name: values[name] for name in page.pattern.converters})


def pages_of(kind: str) -> list[PublicPage]:
    """Return the pages about one object of this kind."""
    return [page for page in list_pages() if page.kind == kind]


def oembed_of(story: Story) -> str:
    """Return the oEmbed address of the story."""
    return f"/oembed?url={settings.SITE_URL}{reverse('story', args=[story.slug])}"


def make_world(*, language: str = "en", headline: str | None = None, happened: str = "") -> World:
    """Make a story with most of what a page can contain, and other works around it.

    All published works are in ``language``. If given, ``headline`` and ``happened`` are the headline and the first
    section of the story.
    """
    first_section = {"happened": happened} if happened else {}
    editor = make_user(role="Editor")
    outlets = tuple(make_outlet(country=country) for country in ("Vessara", "Corvane", "Norrhavn"))
    topics = (make_topic(description="A row of nine gates."), make_topic(kind="place", picture=make_image()))
    author = make_author(
        name="Ana Kestrel",
        topics=topics,
        role="Reporter",
        languages="en, ar",
        description="Ana Kestrel counts lorries. She has done so for *nine* years.",
        contact="ana@lisle.example",
        picture=make_image(),
    )
    question = make_published_question(by=editor, topics=topics, language=language)
    article = make_article(outlet=outlets[0], published_on=date(2026, 11, 9), paywalled=True)
    story = make_story(
        language=language,
        headline=headline,
        outlets=outlets,
        topics=topics,
        questions=(question,),
        byline=("Ana Kestrel", "Jonas Adebar"),
        articles=(article,),
        texts={
            **first_section,
            "behind": f"It was [asked](question:{question.uid}) of [all](topic:{topics[0].uid}) before.[@1]",
        },
        lead_image=make_image(),
        lead_alt="The pier at low water",
        method_note="Written by two people.",
    )
    note = SourceSummary.objects.create(story=story, text="The counts differ by two lorries.", position=9)
    SourceSummary.objects.filter(story=story).exclude(pk=note.pk)[0].articles.add(article)
    StoryForecast.objects.create(
        story=story,
        speaker="Harbour office",
        speaker_kind="institution",
        said_on=date(2026, 11, 9),
        article=article,
        quotation="Lorries will be back before the herring.",
        expected="Lorries may use the pier again.",
        due_on=date(2040, 3, 1),
    )
    revisions.record_revision(story, by=editor)
    publishing.publish(story, by=editor)
    story.sections.filter(kind="background").update(text="A survey asked for a limit of nine tonnes in that year.")
    revisions.record_revision(story, by=editor)
    publishing.publish(story, by=editor, change=make_update("The limit is named."))
    story.sections.filter(kind="background").update(text="A survey asked for a limit of ten tonnes in that year.")
    revisions.record_revision(story, by=editor)
    publishing.correct(
        story,
        by=editor,
        was_wrong="The limit was nine tonnes.",
        is_right="The limit was ten tonnes.",
        note="We misread.",
    )

    publishing.publish(make_story(outlets=outlets, topics=topics, language=language), by=editor)
    withdrawn = make_story(outlets=outlets, topics=topics, slug="taken-back", language=language)
    publishing.publish(withdrawn, by=editor)
    publishing.withdraw(withdrawn, by=editor, notice="Its source took the numbers back.")
    about = AboutPage.objects.create(slug="how-we-work", title="How we work", text="We read and compare.")
    slugs = {
        "story": story.slug,
        "question": question.slug,
        "topic": topics[0].slug,
        "source": outlets[0].slug,
        "author": author.slug,
        "about": about.slug,
    }
    numbers = {
        "story_edition": 2,
        "question_edition": 1,
        "sitemap_stories": story.pk // PART_SIZE + 1,
        "sitemap_questions": question.pk // PART_SIZE + 1,
        "sitemap_topics": topics[0].pk // PART_SIZE + 1,
        "sitemap_sources": outlets[0].pk // PART_SIZE + 1,
        "sitemap_people": author.pk // PART_SIZE + 1,
    }
    shared: dict[str, dict[str, Any]] = {
        "share_image": {"uid": story.uid, "file": ShareImage.load(story.uid, at=clock.now()).file},
        "list_share_image": {
            "language": "en-gb",
            "name": "stories",
            "file": ShareImage.load_list("en-gb", "stories").file,
        },
    }
    queries = {
        "story_changes": "?from=1",
        "search": "?q=pier",
        "search_sections": "?q=pier",
        "search_suggestions": "?q=pier",
        "oembed": oembed_of(story).removeprefix("/oembed"),
        "reader_report": f"?page={reverse('story', args=[story.slug])}&edition=2",
        "reader_report_thanks": f"?page={reverse('story', args=[story.slug])}",
    }
    return World(
        story=story,
        question=question,
        withdrawn=withdrawn,
        draft=make_story(slug="not-yet", outlets=outlets),
        draft_question=make_question(slug="not-asked-yet"),
        public={
            **{
                page.name: address_of(
                    page,
                    slug=slugs.get(page.kind),
                    number=numbers.get(page.name),
                    first_day=clock.now().date().replace(day=1),
                    **shared.get(page.name, {}),
                )
                + queries.get(page.name, "")
                for page in list_pages()
            },
            "healthz": "/healthz",
            "readyz": "/readyz",
        },
    )
