"""A small newsroom with one of everything that readers can open, for walks over all public addresses."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.urls import NoReverseMatch, resolve, reverse

from newsroom.db.keyset import PART_SIZE
from newsroom.http import clock
from newsroom.site.models import AboutPage
from stories import publishing
from stories.drafts import revisions
from stories.models import FAQ, SourceSummary, Story
from stories.public.pages.copies.share_image import ShareImage
from stories.public.pages.lists.archive import Month
from tests.factories import (
    make_article,
    make_image,
    make_outlet,
    make_published_question,
    make_question,
    make_story,
    make_topic,
    make_user,
    update,
)


@dataclass(frozen=True)
class World:
    """What was made, by what readers can open and what they cannot."""

    story: Story
    question: FAQ
    withdrawn: Story
    draft: Story
    draft_question: FAQ
    public: dict[str, str]

    def __post_init__(self) -> None:
        """Add where the API has what the pages show."""
        data = {f"api:{name}": data_at(address) for name, address in self.public.items()}
        self.public.update({name: address for name, address in data.items() if address})
        self.public["api:openapi"] = "/api/v1/openapi.json"


def data_at(address: str) -> str:
    """Return where the API has what the page at ``address`` shows, or nothing."""
    path, mark, query = address.partition("?")
    found = resolve(path)
    try:
        return reverse(f"api:{found.url_name}", kwargs=found.captured_kwargs) + mark + query  # type: ignore[attr-defined]
    except NoReverseMatch:
        return ""


def oembed_of(story: Story) -> str:
    """Return where it is said how the story is embedded."""
    return f"/oembed?url={settings.SITE_URL}{reverse('story', args=[story.slug])}"


def make_world(*, language: str = "en", headline: str | None = None, happened: str = "") -> World:
    """Make a story with every part that a page can have, and what stands around it.

    All works are said to be in ``language``; the story has this headline and these words for what happened, where
    they are given.
    """
    said = {"happened": happened} if happened else {}
    editor = make_user(role="Editor")
    outlets = tuple(make_outlet(country=country) for country in ("Vessara", "Corvane", "Norrhavn"))
    topics = (make_topic(description="A row of nine gates."), make_topic(kind="place", picture=make_image()))
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
            **said,
            "behind": f"It was [asked](question:{question.uid}) of [all](topic:{topics[0].uid}) before.[@1]",
        },
        lead_image=make_image(),
        lead_alt="The pier at low water",
        method_note="Written by two people.",
    )
    note = SourceSummary.objects.create(story=story, text="The counts differ by two lorries.", position=9)
    SourceSummary.objects.filter(story=story).exclude(pk=note.pk)[0].articles.add(article)
    revisions.record_revision(story, by=editor)
    publishing.publish(story, by=editor)
    story.sections.filter(kind="background").update(text="A survey asked for a limit of nine tonnes in that year.")
    revisions.record_revision(story, by=editor)
    publishing.publish(story, by=editor, change=update("The limit is named."))
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
    return World(
        story=story,
        question=question,
        withdrawn=withdrawn,
        draft=make_story(slug="not-yet", outlets=outlets),
        draft_question=make_question(slug="not-asked-yet"),
        public={
            "front": "/",
            "stories": "/stories/",
            "stories_of_month": Month.of(clock.now()).get_absolute_url(),
            "story": reverse("story", args=[story.slug]),
            "questions": "/questions/",
            "question": reverse("question", args=[question.slug]),
            "topics": "/topics/",
            "topic": topics[0].get_absolute_url(),
            "story_history": reverse("story_history", args=[story.slug]),
            "story_edition": reverse("story_edition", args=[story.slug, 2]),
            "story_changes": f"{reverse('story_changes', args=[story.slug])}?from=1",
            "story_changes_feed": reverse("story_changes_feed", args=[story.slug]),
            "story_changes_json": reverse("story_changes_json", args=[story.slug]),
            **{f"story_{ending}": reverse(f"story_{ending}", args=[story.slug]) for ending in ("txt", "md", "json")},
            **{f"question_{end}": reverse(f"question_{end}", args=[question.slug]) for end in ("txt", "md", "json")},
            "question_history": reverse("question_history", args=[question.slug]),
            "question_edition": reverse("question_edition", args=[question.slug, 1]),
            "corrections": "/corrections/",
            "correction_feed": "/corrections/feed.atom",
            "sources": "/sources/",
            "source": outlets[0].get_absolute_url(),
            "search": "/search/?q=pier",
            "search_suggestions": "/search/suggestions/?q=pier",
            "story_feed": "/feeds/stories.atom",
            "story_rss": "/feeds/stories.rss",
            "story_json_feed": "/feeds/stories.json",
            "topic_feed": reverse("topic_feed", args=[topics[0].slug]),
            "source_feed": reverse("source_feed", args=[outlets[0].slug]),
            "story_embed": reverse("story_embed", args=[story.slug]),
            "oembed": oembed_of(story),
            "share_picture": ShareImage.load(story.uid, at=clock.now()).url,
            "about": about.get_absolute_url(),
            "reports": f"/reports/?page={reverse('story', args=[story.slug])}&edition=2",
            "reports_thanks": f"/reports/thanks/?page={reverse('story', args=[story.slug])}",
            "robots": "/robots.txt",
            "llms": "/llms.txt",
            "security": "/.well-known/security.txt",
            "sitemap": "/sitemap.xml",
            "sitemap_pages": "/sitemap-pages.xml",
            "sitemap_stories": f"/sitemap-stories-{story.pk // PART_SIZE + 1}.xml",
            "sitemap_questions": f"/sitemap-questions-{question.pk // PART_SIZE + 1}.xml",
            "sitemap_topics": f"/sitemap-topics-{topics[0].pk // PART_SIZE + 1}.xml",
            "sitemap_sources": f"/sitemap-sources-{outlets[0].pk // PART_SIZE + 1}.xml",
            "news_sitemap": "/news-sitemap.xml",
            "healthz": "/healthz",
            "readyz": "/readyz",
        },
    )
