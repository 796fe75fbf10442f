"""The front page, the lists, and the pages of topics, outlets and questions: content, order and pagination."""

import re
from datetime import UTC, date, datetime

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from newsroom.db.keyset import PreparedPagination
from stories import publishing
from stories.drafts import revisions
from stories.editions.front_page import FRONT_PAGE_PLACES
from stories.models import Change, ChangeNote, SourceSummary
from stories.public.pages.history import recent_changes as front_changes
from stories.public.pages.lists import front, stories
from stories.public.pages.lists.archive import Month
from stories.public.pages.outlets import outlet
from stories.public.pages.outlets.list import KINDS
from tests.factories import (
    make_article,
    make_author,
    make_outlet,
    make_published_question,
    make_published_story,
    make_question,
    make_story,
    make_topic,
    make_update,
    make_user,
)
from tests.outcomes import get_text, list_counts
from topics.merge import merge_topics

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def list_titles(response, kind):
    """Return the titles that link to pages of this kind, in page order."""
    return re.findall(rf'<h[13]><a href="/{kind}/[^"]+/">([^<]+)</a></h[13]>', response.content.decode())


def list_recent_changes(response):
    """Return the entries of the list of recent changes, as HTML."""
    changes = response.content.decode().split('id="changed-heading"')[1].partition("</section>")[0]
    return re.findall(r"<li.*?</li>", changes, re.DOTALL)


def make_headlines(number):
    return [f"Story number {n} about the north pier" for n in range(number)]


def test_the_newest_story_leads_the_front_page(client):
    for name in make_headlines(FRONT_PAGE_PLACES + 1):
        make_published_story(headline=name)
    newest = list(reversed(make_headlines(FRONT_PAGE_PLACES + 1)))
    response = client.get("/")
    assertContains(response, "<h1><a ", count=1)
    assert list_titles(response, "stories") == newest[:FRONT_PAGE_PLACES]


def test_an_updated_story_leads_the_front_page_with_its_change(client):
    old = make_published_story(headline="The older of the two stories")
    make_published_story(headline="The newer of the two stories")
    old.standfirst = "Now with a standfirst."
    old.save()
    revisions.record_revision(old, by=None)
    publishing.publish(old, by=make_user(), change=make_update("Says it shorter."))
    response = client.get("/")
    assertContains(response, '<h1><a href="/stories/' + old.slug)
    (changed,) = list_recent_changes(response)
    assert "Says it shorter." in changed


def test_the_lead_story_shows_passages_and_a_comparison_without_citations(client):
    story = make_story(outlets=tuple(make_outlet() for _ in range(5)), articles=(make_article(),))
    passage = SourceSummary.objects.filter(story=story).first()
    passage.text = "It weighed the lorries twice.[@1]"
    passage.save()
    SourceSummary.objects.create(story=story, text="The counts differ by two.", position=9)
    revisions.record_revision(story, by=None)
    publishing.publish(story, by=make_user())
    page = client.get("/").content.decode()
    assert page.count('class="passage"') == front.MAX_PASSAGES
    assert page.count('class="own-comparison"') == front.MAX_COMPARISONS
    assert "It weighed the lorries twice." in page
    assert "#source-" not in page


def test_the_front_page_lists_questions_with_as_of_dates(client):
    make_published_story()
    make_published_question(question="May lorries return?", topics=(make_topic(name="North pier"),))
    page = client.get("/").content.decode()
    following = page.partition(">May lorries return?</a></h3>")[2].lstrip()
    assert re.match(
        r'<p class="small after">North pier, [^<]*<time datetime="2026-11-09">9.November</time></p>', following
    )


def test_the_list_of_stories_is_paginated_by_date(client, monkeypatch):
    monkeypatch.setattr(stories, "_PAGES", PreparedPagination(stories._list_stories, size=2))
    for name in make_headlines(5):
        make_published_story(headline=name)
    titles, address = [], "/stories/"
    while address:
        response = client.get(address)
        titles += list_titles(response, "stories")
        next_link = re.search(r'rel="next" href="([^"]+)"', response.content.decode())
        address = f"/stories/{next_link[1]}" if next_link else ""
    assert titles == list(reversed(make_headlines(5)))


def test_lists_name_the_date_by_which_they_are_sorted_and_print_it_first(client, set_time):
    set_time.go(to=datetime(2026, 11, 9, 9, tzinfo=UTC))
    story = make_published_story()
    set_time.go(days=2)
    make_published_story()
    set_time.go(days=2)
    story.sections.filter(kind="background").update(text="A survey asked for a limit of ten tonnes.")
    revisions.record_revision(story, by=None)
    publishing.publish(story, by=make_user(), change=make_update())
    addresses = ("/stories/", Month.containing(set_time()).get_absolute_url())
    listed, month = (client.get(address).content.decode() for address in addresses)
    days = (
        r'<p class="small"><span class="day">(\w+) <time [^>]*>([^<]+)</time>(?:</span><br>(\w+) <time [^>]*>([^<,]+))?'
    )
    published = ("Published", "11 November", "", "")
    assert re.findall(days, listed.replace("\u00a0", " ")) == [
        ("Updated", "13 November", "Published", "9 November"),
        published,
    ]
    assert re.findall(days, month.replace("\u00a0", " ")) == [
        published,
        ("Published", "9 November", "Updated", "13 November"),
    ]


def test_each_list_of_stories_says_what_its_days_mean(client, set_time):
    set_time.go(to=datetime(2026, 11, 9, 9, tzinfo=UTC))
    make_author(name="Ana Kestrel", slug="ana")
    topic, wire, faq = make_topic(slug="pier"), make_outlet(slug="wire"), make_published_question(slug="limits")
    story = make_published_story(topics=(topic,), outlets=(wire,), questions=(faq,), byline=("Ana Kestrel",))
    set_time.go(days=2)
    story.sections.filter(kind="background").update(text="A survey asked for a limit of ten tonnes.")
    revisions.record_revision(story, by=None)
    publishing.publish(story, by=make_user(), change=make_update())
    set_time.go(days=1)
    for address in ("/stories/", "/topics/pier/", "/sources/wire/", "/people/ana/", "/questions/limits/"):
        assert "Updated 11 November" in get_text(client.get(address)), address


def test_an_invalid_cursor_answers_404(client):
    for address in ("/stories/", "/questions/"):
        assert client.get(f"{address}?before=yesterday").status_code == 404


def test_questions_show_their_as_of_date(client):
    make_published_question(question="May lorries return?")
    make_question(question="Not yet asked in public?")
    response = client.get("/questions/")
    assertContains(response, "May lorries return?")
    assertContains(response, f'<time datetime="{date(2026, 11, 9).isoformat()}">')
    assertNotContains(response, "Not yet asked in public?")


def test_outlets_are_listed_by_kind_with_the_number_of_their_stories(client):
    paper, agency = make_outlet(name="Morrow Daily"), make_outlet(name="Ansgar Wire", kind="agency")
    make_outlet(name="Cited by nobody")
    make_published_story(outlets=(paper, agency))
    make_published_story(outlets=(paper,))
    response = client.get("/sources/")
    shelves = response.context["page"].shelves
    assert [shelf.name for shelf in shelves] == [KINDS["newspaper"], KINDS["agency"]]
    papers, agencies = response.content.decode().split('<h2 class="kind">')[1:]
    assert papers.startswith(shelves[0].name)
    assert agencies.startswith(shelves[1].name)
    assert (list_counts(papers)[0], list_counts(agencies)) == (("Morrow Daily", "2"), [("Ansgar Wire", "1")])
    assertNotContains(response, "Cited by nobody")


def test_topics_are_listed_by_kind_with_the_number_of_their_stories(client):
    place, person = make_topic(name="Port Lisle", kind="place"), make_topic(name="Maud Terrell", kind="person")
    make_topic(name="Named by nobody")
    make_published_story(topics=(place, person))
    make_published_story(topics=(place,))
    make_published_question(topics=(place,))
    response = client.get("/topics/")
    people, places = response.content.decode().split('<h2 class="kind">')[1:]
    assert people.startswith('<a href="?kind=person">')
    assert places.startswith('<a href="?kind=place">')
    assert (list_counts(people), list_counts(places)) == ([("Maud Terrell", "1")], [("Port Lisle", "2")])
    assertNotContains(response, "Named by nobody")


def test_the_page_of_a_topic_lists_its_stories_questions_and_related_topics(client):
    topic, other = make_topic(name="Kelmar barrier"), make_topic(name="Port Lisle")
    story = make_published_story(topics=(topic, other), headline="Why the barrier stood open that night")
    question = make_published_question(topics=(topic,), question="Can it happen again this winter?")
    elsewhere = make_published_story(headline="Something about another place entirely")
    response = client.get(topic.get_absolute_url())
    assert list_titles(response, "stories") == [story.headline]
    assert list_titles(response, "questions") == [question.question]
    assert list_titles(response, "topics") == [other.name]
    assertNotContains(response, elsewhere.headline)


def test_the_page_of_a_topic_includes_stories_of_merged_topics(client, curator):
    merged, remaining = make_topic(), make_topic()
    story = make_published_story(topics=(merged,), headline="A story from before they were one")
    merge_topics(merged, remaining, by=curator)
    assert list_titles(client.get(remaining.get_absolute_url()), "stories") == [story.headline]


def test_the_page_of_an_outlet_shows_its_properties_and_its_passages(client):
    paper = make_outlet(
        name="The Lisle Courier",
        country="Vessara",
        language="en",
        owner="A readers’ trust",
        home_page="https://www.lislecourier.example/",
        description="Daily of *Port Lisle*.",
    )
    other = make_outlet(name="Ansgar Wire")
    story = make_published_story(outlets=(paper, other))
    response = client.get(paper.get_absolute_url())
    for words in ("Vessara", "English", "A readers’ trust", "lislecourier.example", "Daily of <em>Port Lisle</em>."):
        assertContains(response, words)
    assertContains(response, "The Lisle Courier reports that lorry 0 was weighed twice.")
    assertContains(response, story.headline)
    assertNotContains(response, "Ansgar Wire reports")


def test_the_other_outlets_of_a_shared_passage_are_named(client):
    paper, two, three = make_outlet(name="Courier"), make_outlet(name="Ansgar Wire"), make_outlet(name="Radio Tessen")
    story = make_story(outlets=(paper,))
    shared = SourceSummary.objects.create(story=story, text="All three lead on the people.", position=2)
    shared.outlets.set([paper, two, three])
    revisions.record_revision(story, by=None)
    publishing.publish(story, by=make_user())
    page = client.get(paper.get_absolute_url()).content.decode()
    (others,) = re.findall(r'<span class="other-outlets">([^<]+)</span>', page)
    assert others.endswith(("Ansgar Wire, Radio Tessen", "Radio Tessen, Ansgar Wire"))
    assert "Courier" not in others


def test_an_article_without_a_passage_is_on_the_page_of_its_outlet(client):
    paper = make_outlet()
    article = make_article(outlet=paper, title="The letter nobody answered")
    make_published_story(articles=(article,), texts={"behind": "It was asked for in June.[@1]"})
    response = client.get(paper.get_absolute_url())
    (coverage,) = response.context["page"].coverage
    assert (coverage.voices, [cited.title for cited in coverage.articles]) == ((), ["The letter nobody answered"])
    assertContains(response, "The letter nobody answered")


def test_the_page_of_an_outlet_is_paginated_by_date(client):
    paper = make_outlet()
    for name in make_headlines(outlet.STORIES_ON_A_PAGE + 1):
        make_published_story(outlets=(paper,), headline=name)
    first = client.get(paper.get_absolute_url())
    next_link = re.search(r'rel="next" href="([^"]+)"', first.content.decode())
    assert next_link
    second = client.get(paper.get_absolute_url() + next_link[1])
    assert list_titles(first, "stories") + list_titles(second, "stories") == list(
        reversed(make_headlines(outlet.STORIES_ON_A_PAGE + 1))
    )


def test_the_page_of_a_question_lists_the_stories_that_ask_it(client):
    question = make_published_question(question="May lorries return?", answers=3)
    story = make_published_story(questions=(question,), headline="A story that asks the question")
    make_published_story(headline="A story that does not ask it")
    response = client.get(f"/questions/{question.slug}/")
    assert list_titles(response, "stories") == [story.headline]
    assertContains(response, "<p>The harbour office signs permit", count=3)
    assertContains(response, 'id="answer-')


def test_a_minor_change_does_not_hide_the_last_announced_change(client):
    editor = make_user()
    story = make_published_story(by=editor)
    story.sections.filter(kind="background").update(text="The limit was nine tonnes.")
    revisions.record_revision(story, by=editor)
    publishing.correct(story, by=editor, was_wrong="It was ten.", is_right="It was nine.")
    story.sections.filter(kind="background").update(text="So the limit was nine tonnes.")
    revisions.record_revision(story, by=editor)
    publishing.publish(story, by=editor, change=ChangeNote(Change.MINOR))
    (changed,) = list_recent_changes(client.get("/"))
    assert '<span class="label marked">' in changed
    assert re.search(r"It was <del>.*ten</del> <ins>.*nine</ins>\.", changed)


def test_corrections_of_the_last_30_days_are_listed_however_much_else_changed(client, set_time):
    editor = make_user()
    story = make_published_story(by=editor)
    for text in ("The limit was eight tonnes.", "The limit was nine tonnes."):
        set_time.go(days=1)
        story.sections.filter(kind="background").update(text=text)
        revisions.record_revision(story, by=editor)
        publishing.correct(story, by=editor, was_wrong="It was ten.", is_right=text)
    others = [make_published_story(by=editor) for _ in range(front_changes.MAX_CHANGES)]
    for other in (story, *others):
        set_time.go(days=1)
        other.sections.filter(kind="background").update(text="The limit was raised.")
        revisions.record_revision(other, by=editor)
        publishing.publish(other, by=editor, change=make_update("Says that the limit was raised."))
    changes = list_recent_changes(client.get("/"))
    assert ['<span class="label marked">' in change for change in changes] == [False] * 5 + [True] * 2
    assert "nine" in changes[5]
    assert "eight" in changes[6]
    set_time.go(days=24)
    assert not any('<span class="label marked">' in change for change in list_recent_changes(client.get("/")))


def test_a_story_is_in_the_recent_changes_only_once(client):
    editor = make_user()
    story = make_published_story(by=editor)
    for number in range(3):
        story.sections.filter(kind="background").update(text=f"The limit was {number} tonnes.")
        revisions.record_revision(story, by=editor)
        publishing.publish(story, by=editor, change=make_update(f"Says {number} now."))
    (changed,) = list_recent_changes(client.get("/"))
    assert "Says 2 now." in changed
    assert "Says 1 now." not in changed
