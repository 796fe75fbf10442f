"""The content of a story's page."""

import re

import pytest
from django.utils.text import slugify
from pytest_django.asserts import assertContains, assertNotContains

from stories import publishing
from stories.documents.schema import PAPERS
from stories.drafts import revisions
from stories.models import Change, Section, SourceSummary, StoryQuestion, WorkTopic
from tests.factories import (
    make_article,
    make_outlet,
    make_published_question,
    make_published_story,
    make_question,
    make_story,
    make_topic,
    make_update,
    make_user,
    reduce_checks_to_hints,
)
from tests.outcomes import get_text
from topics.merge import merge_topics

pytestmark = pytest.mark.django_db


def get_page(client, story):
    return client.get(f"/stories/{story.slug}/")


def get_facts(response):
    """Return the byline, the dates and the counts at the top of a page, as HTML."""
    return response.content.decode().partition('<div class="facts small">')[2].partition("</header>")[0]


def get_text_of(html):
    """Return the text of a piece of HTML."""
    return re.sub(r"<[^>]*>", "", html)


def get_heading(story, kind):
    """Return the heading of a section."""
    return story.sections.get(kind=kind).heading


def make_section_id(story, kind):
    """Return the ``id`` attribute of a section on the page."""
    return f'id="{slugify(get_heading(story, kind))}"'


def publish_newest(story, **kwargs):
    revisions.record_revision(story, by=None)
    publishing.publish(story, by=make_user(), **kwargs)
    return story


@pytest.mark.parametrize("standfirst", ["", "Lorries have to go round by the old quay."])
def test_what_happened_directly_follows_the_headline(client, standfirst):
    story = make_published_story(standfirst=standfirst)
    response = get_page(client, story)
    text = response.content.decode().partition("<main")[2]
    assert text.count("The harbour office closed the north pier on Monday") == 1
    assertContains(response, '<div class="summary" id="whats-happened">')
    assertContains(response, f'<h2 class="label">{get_heading(story, "happened")}</h2>')
    assert "Lorries have to go round" not in text


def test_without_what_happened_the_standfirst_takes_its_place(client):
    reduce_checks_to_hints()
    response = get_page(client, make_published_story(standfirst="Lorries go round.", texts={"happened": ""}))
    assertContains(response, '<div class="summary" id="standfirst">')
    assertContains(response, '<div class="prose"><p>Lorries go round.</p></div>')


def test_the_facts_follow_what_happened_and_are_closed(client):
    page = get_page(client, make_published_story()).content.decode()
    assert (
        page.index('id="whats-happened"') < page.index('<div class="facts small">') < page.index('class="story-body"')
    )
    assert re.search(r'<div class="page-facts">\s*<details>\s*<summary', page)


def test_the_page_shows_byline_date_outlets_and_reading_time(client):
    outlets = (make_outlet(), make_outlet())
    facts = get_facts(get_page(client, make_published_story(outlets=outlets, byline=("Ana Kestrel", "Jonas Adebar"))))
    byline = facts.partition('<p class="byline">')[2].partition("</p>")[0]
    assert re.fullmatch(
        r'[^<]+<span class="strong">Ana Kestrel</span>[^<]+<span class="strong">Jonas Adebar</span>', byline
    )
    line = facts.partition("<summary")[2].partition("</summary>")[0]
    (published,) = re.findall(r"<time[^>]*>([^<]+)</time>", line)
    assert re.fullmatch(r"\d+\s\w+, \d\d:\d\d", published)
    counts = [get_text_of(fact) for fact in re.findall(r'<span class="fact">(.*?)</span>', line)]
    assert [re.findall(r"\d+", count) for count in counts] == [["2"], ["1"]]


def test_an_update_shows_its_time_and_its_note(client):
    story = make_published_story()
    story.sections.filter(kind="background").update(text="The limit was nine tonnes from the first day on.")
    publish_newest(story, change=make_update("The limit was nine tonnes, not ten."))
    response = get_page(client, story)
    facts = get_facts(response)
    assert re.search(
        r"<dt>[^<]+<time[^>]*>\d+\s\w+, \d\d:\d\d</time></dt>\s*<dd>The limit was nine tonnes, not ten\.", facts
    )
    assert '<a href="#changes">' in facts
    (stage,) = response.context["page"].changes.announced
    assert (stage.edition.change, stage.edition.label) == (Change.UPDATE, "2")
    changes = response.content.decode().partition('<ol class="changes">')[2].partition("</ol>")[0]
    assert f'<a href="/stories/{story.slug}/history/2/">' in changes
    assert "The limit was nine tonnes, not ten." in changes


def test_each_passage_has_one_line_for_each_of_its_outlets(client):
    one, two, three = (
        make_outlet(name="Ansgar Wire"),
        make_outlet(name="Radio Tessen"),
        make_outlet(name="Morrow Daily"),
    )
    story = make_story(outlets=(one, two))
    shared = SourceSummary.objects.create(story=story, text="All three lead on the people.", position=2)
    shared.outlets.set([one, two, three])
    page = get_page(client, publish_newest(story)).content.decode()
    assert [voice.count("<i>") for voice in re.findall(r'class="outlet-lines"[^>]*>(.*?)</span>', page)] == [1, 1, 3]


def test_a_comparison_is_not_attributed_to_an_outlet(client):
    story = make_story(outlets=(make_outlet(),))
    SourceSummary.objects.create(story=story, text="The counts differ by two.", position=5)
    page = get_page(client, publish_newest(story)).content.decode()
    slip = re.search(r'<div class="own-comparison" id="passage-3">(.*?)</div>\s*</div>', page, re.DOTALL)
    assert slip
    assert re.search(r'<h3 class="label">[^<]+</h3>', slip[1])
    assert "The counts differ by two." in slip[1]
    assert 'class="passage-heading"' not in slip[1]


def test_passages_are_in_the_order_of_the_editors(client):
    story = make_story(outlets=(make_outlet(name="First Paper"),))
    SourceSummary.objects.create(story=story, text="We set them side by side.", position=1)
    last = SourceSummary.objects.create(story=story, text="It was alone with the tide tables.", position=2)
    last.outlets.add(make_outlet(name="Last Paper"))
    words = get_text(get_page(client, publish_newest(story)))
    assert words.index("First Paper reports") < words.index("We set them") < words.index("alone with the tide tables")


def test_a_citation_links_to_its_source_and_back(client):
    article = make_article(title="What the divers saw", paywalled=True)
    story = make_published_story(articles=(article,), texts={"behind": "It had been cracked for years.[@1]"})
    page = get_page(client, story).content.decode()
    cited = re.search(r'<a class="cite" href="#source-1" id="([^"]+)">', page)
    assert cited
    assert 'id="source-1"' in page
    assert f'href="#{cited[1]}"' in page
    assert f'href="{article.url}"' in page
    assert 'class="paywall"' in page


def test_a_live_question_is_linked_and_any_other_is_plain_text(client):
    live, draft = make_published_question(question="May lorries return?"), make_question(question="Who pays for it?")
    story = make_story(questions=(live, draft))
    StoryQuestion.objects.filter(story=story, faq=draft).update(teaser="Nobody has said so yet.")
    response = get_page(client, publish_newest(story))
    assertContains(response, f'<a href="/questions/{live.slug}/">May lorries return?</a>')
    assertContains(response, "<h3>Who pays for it?</h3>")
    assertContains(response, "Nobody has said so yet.")
    assertNotContains(response, f"/questions/{draft.slug}/")


def test_without_a_teaser_the_introduction_of_the_question_is_shown(client):
    question = make_published_question(introduction="Only the harbour office may decide, and only by daylight.")
    assertContains(get_page(client, make_published_story(questions=(question,))), "and only by daylight.")


def test_a_topic_shows_the_description_of_the_story_or_its_own(client):
    one, two = make_topic(description="Its own words."), make_topic(description="Never shown.")
    story = make_story(topics=(one, two))
    WorkTopic.objects.filter(work=story, topic=two).update(description="What this story says.")
    response = get_page(client, publish_newest(story))
    assertContains(response, "Its own words.")
    assertContains(response, "What this story says.")
    assertNotContains(response, "Never shown.")


def test_a_merged_topic_is_shown_as_the_remaining_one(client, curator):
    merged, remaining = make_topic(name="The barrier"), make_topic(name="Kelmar barrier")
    story = make_published_story(topics=(merged,))
    merge_topics(merged, remaining, by=curator)
    response = get_page(client, story)
    assertContains(response, remaining.get_absolute_url())
    assertNotContains(response, merged.get_absolute_url())


def test_a_link_to_a_draft_is_plain_text(client):
    hidden = make_story(slug="hidden-story")
    text = f"As in [the other case](story:{hidden.uid}), nothing was signed."
    response = get_page(client, make_published_story(texts={"behind": text}))
    assertContains(response, "As in the other case, nothing was signed.")


def test_plain_text_becomes_a_link_when_its_target_is_published(client):
    hidden = make_story(slug="hidden-story")
    text = f"As in [the other case](story:{hidden.uid}), nothing was signed."
    story = make_published_story(texts={"behind": text})
    publishing.publish(hidden, by=make_user())
    assertContains(get_page(client, story), 'As in <a href="/stories/hidden-story/">the other case</a>, nothing')


def test_related_stories_share_topics_most_similar_first(client):
    one, two, three = make_topic(), make_topic(), make_topic()
    far = make_published_story(topics=(one,), headline="One topic in common with it")
    near = make_published_story(topics=(two, three), headline="Two topics in common with it")
    other = make_published_story(topics=(make_topic(),), headline="Nothing in common with it at all")
    story = make_published_story(topics=(one, two, three), headline="The story itself is not its own neighbour")
    page = get_page(client, story).content.decode()
    related = page[page.index('id="related"') : page.index("page-end-links")]
    assert related.index(near.headline) < related.index(far.headline)
    assert other.headline not in related
    assert story.headline not in related


def test_a_short_table_of_contents_is_open_and_a_long_one_closed(client):
    reduce_checks_to_hints("sections.present", "outlets.enough", "topics.some")
    short = get_page(client, make_published_story(outlets=(), topics=())).content.decode()
    assert re.search(r'<nav class="contents".*?<details open>', short, re.DOTALL)
    long = make_story(outlets=(make_outlet(),), topics=(make_topic(),), questions=(make_published_question(),))
    assert not re.search(
        r'<nav class="contents".*?<details open>', get_page(client, publish_newest(long)).content.decode(), re.DOTALL
    )


def test_every_entry_of_the_table_of_contents_links_to_an_id(client):
    story = make_story(
        outlets=(make_outlet(),),
        topics=(make_topic(),),
        questions=(make_published_question(),),
        articles=(make_article(),),
    )
    page = get_page(client, publish_newest(story)).content.decode()
    contents = re.search(r'<nav class="contents".*?</nav>', page, re.DOTALL)
    assert contents
    anchors = re.findall(r'href="#([^"]+)"', contents[0])
    assert len(anchors) >= 5
    assert all(f'id="{anchor}"' in page for anchor in anchors)


def test_ids_are_unique_on_a_page(client):
    story = make_story(outlets=(make_outlet(),), topics=(make_topic(),), articles=(make_article(),))
    Section.objects.create(story=story, kind="free", heading="Sources", text="Where it comes from.", position=9)
    ids = re.findall(r'\sid="([^"]+)"', get_page(client, publish_newest(story)).content.decode())
    assert len(ids) == len(set(ids))


def test_a_right_to_left_story_has_its_direction(client):
    response = get_page(
        client, make_published_story(language="ar", slug="ميناء-تلمار", headline="لماذا أغلق ميناء تلمار")
    )
    assertContains(response, '<html lang="ar" dir="rtl">')


def test_markup_in_a_headline_is_escaped(client):
    story = make_published_story(headline='Why <script>alert("x")</script> & other marks stay words')
    response = get_page(client, story)
    assertNotContains(response, "<script>alert")
    assertContains(response, "Why &lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; other marks stay words")


def test_passages_without_their_section_are_shown_at_the_end(client):
    story = make_story(outlets=(make_outlet(name="Ansgar Wire"),))
    story.sections.filter(kind="papers").delete()
    reduce_checks_to_hints("sections.present")
    page = get_page(client, publish_newest(story)).content.decode()
    assert page.index("Ansgar Wire reports that lorry 0") > page.index(f"{get_heading(story, 'background')}</h2>")
    assert 'id="id-papers"' in page


def test_the_section_of_passages_is_hidden_without_passages(client):
    reduce_checks_to_hints("sections.present", "outlets.enough")
    for outlets, is_shown in (((), False), ((make_outlet(),), True)):
        page = get_page(client, make_published_story(outlets=outlets)).content.decode()
        assert ('class="coverage"' in page) is is_shown
        assert (f">{PAPERS.heading}<" in page) is is_shown


def test_a_section_without_text_is_not_shown(client):
    story = make_published_story()
    assertContains(get_page(client, story), make_section_id(story, "background"))
    assertContains(get_page(client, story), f">{get_heading(story, 'background')}<")
    story.sections.filter(kind="background").update(text="")
    reduce_checks_to_hints("sections.present")
    response = get_page(client, publish_newest(story, change=make_update()))
    assertNotContains(response, make_section_id(story, "background"))
    assertNotContains(response, f">{get_heading(story, 'background')}<")
