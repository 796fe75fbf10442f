"""A small site with one of everything that an export of all works contains, for tests."""

from dataclasses import dataclass

from newsroom.accounts.models import User
from newsroom.media.models import Image
from newsroom.outlets.models import OutletAlias
from newsroom.text.slugs import slugify
from stories import publishing
from stories.drafts import revisions
from stories.models import FAQ, Outlet, Section, SourceSummary, Story, WorkImage
from stories.workflow import trash
from stories.workflow.translations import link_translation
from tests.factories import make_article, make_outlet, make_question, make_story, make_topic
from tests.newsroom.media.processing.pictures import make_photo
from tests.newsroom.media.stored_files import store_upload
from topics.merge import merge_topics
from topics.models import Topic, TopicAlias

LONG_SLUG = slugify("रेलवे-" * 40)  # three bytes for each letter


@dataclass(frozen=True)
class Site:
    """The objects of the site.

    ``story``, ``translation`` and ``question`` are live. ``edited`` is live, with another text in its draft. ``draft``
    is not published, and ``binned`` is in the trash. ``merged`` was merged into ``remaining``.
    """

    story: Story
    translation: Story
    question: FAQ
    edited: Story
    draft: Story
    binned: Story
    topic: Topic
    merged: Topic
    remaining: Topic
    outlet: Outlet
    lead: Image
    in_text: Image
    unused: Image
    topic_picture: Image


def make_site(*, editor: User, curator: User) -> Site:
    """Make the site. ``editor`` publishes, and ``curator`` merges topics."""
    lead = store_upload(make_photo(), credit="Ada Holm", licence="CC BY 4.0", tags="pier, night", focal_x=30)
    in_text = store_upload(make_photo(640, 480), alt="Two gates", credit="Newsroom")
    unused = store_upload(make_photo(320, 240))
    topic_picture = store_upload(make_photo(480, 320))
    topic = make_topic(
        name="Kelmar barrier",
        kind="place",
        description="A row of *nine* gates.",
        wikidata="Q42",
        picture=topic_picture,
        picture_alt="Nine gates",
        aliases=("The barrier",),
    )
    TopicAlias.objects.create(topic=topic, name="The secret gates", is_findable=False)
    merged, remaining = make_topic(name="Lisle port"), make_topic(name="Port Lisle")
    unseen = make_topic(name="A topic of a draft")
    outlet = make_outlet(
        name="Ansgar Wire", kind="agency", country="Norrhavn", language="en", home_page="https://ansgar.example/",
        further_hosts="wire.example\nansgar-wire.example", owner="Its readers", aliases=("The Wire", "AW"),
    )  # fmt: skip
    OutletAlias.objects.create(outlet=outlet, name="Ansgar", is_findable=False)
    outlets = (outlet, make_outlet(name="Radio Tessen", retired=True))
    article = make_article(outlet=outlet, author="Nour Castellan", paywalled=True)

    question = make_question(slug="lorries", topics=(topic,))
    publishing.publish(question, by=editor)
    story = make_story(
        slug="pier",
        outlets=outlets,
        topics=(topic, merged),
        questions=(question,),
        byline=("Ada Holm", "Jonas Adebar"),
        articles=(article,),
        texts={"behind": f"It was [asked](question:{question.uid}) of [all](topic:{topic.uid}) before.[@1]"},
        lead_image=lead,
        lead_alt="The pier at low water",
        lead_credit="Ada Holm",
        method_note="Written by two people.",
    )
    SourceSummary.objects.filter(story=story)[0].articles.add(article)
    WorkImage.objects.create(work=story, image=in_text, alt="Two gates", credit="Newsroom", caption="At *noon*")
    revisions.record_revision(story, by=editor)
    publishing.publish(story, by=editor)
    merge_topics(merged, remaining, by=curator)

    translation = make_story(slug=LONG_SLUG, language="ar", outlets=outlets, topics=(topic,))
    link_translation(translation, story, by=editor)
    publishing.publish(translation, by=editor)
    edited = make_story(slug="quay", outlets=outlets, topics=(topic,))
    publishing.publish(edited, by=editor)
    Section.objects.filter(story=edited, kind="happened").update(text="The quay was closed on Tuesday as well.")
    revisions.record_revision(edited, by=editor)
    draft = make_story(slug="sluice", outlets=outlets, topics=(unseen,), questions=(make_question(slug="why-sluice"),))
    binned = make_story(slug="thrown-away", outlets=outlets, topics=(topic,))
    trash.move_to_trash(binned, by=editor)
    return Site(
        story=story,
        translation=translation,
        question=question,
        edited=edited,
        draft=draft,
        binned=binned,
        topic=topic,
        merged=merged,
        remaining=remaining,
        outlet=outlet,
        lead=lead,
        in_text=in_text,
        unused=unused,
        topic_picture=topic_picture,
    )
