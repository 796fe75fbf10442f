"""Corrections: near the top of their page, in the list of all corrections, and in a feed."""

import re
from datetime import timedelta

import feedparser
import pytest
from pytest_django.asserts import assertContains, assertNotContains

from newsroom.db.keyset import PAGE_SIZE
from newsroom.text.diff.words import Run
from stories import publishing
from stories.drafts import revisions
from stories.models import Change, ChangeNote
from stories.public.pages.history.changes import build_changes, load_stages
from stories.public.pages.history.sentences import compare_sentences
from tests.clocks import MONDAY
from tests.factories import edition_of, make_published_question, make_published_story, make_story, make_update
from tests.outcomes import get_text

pytestmark = pytest.mark.django_db

FEED = "/corrections/feed.atom"
MICROSECOND = timedelta(microseconds=1)
FRIDAY = MONDAY + timedelta(days=4)


@pytest.fixture(autouse=True)
def _monday(set_time):
    return set_time


def list_changes(response):
    """Return the entries of the list of changes of a page, as HTML, and the HTML below them."""
    section = response.content.decode().partition('id="changes"')[2].partition("</section>")[0]
    entries, _, below = section.partition("</ol>")
    return re.findall(r"<li>.*?</li>", entries, re.DOTALL), below


def mark_sentence(before, wrong, right, after):
    """Return a pattern for a corrected sentence in which the wrong and the right words are marked and labelled."""
    marked = [
        rf'<{tag}><span class="visually-hidden">[^<]+</span>{words}</{tag}>'
        for tag, words in (("del", wrong), ("ins", right))
    ]
    return re.compile(before + " ".join(marked) + after)


SENTENCE = mark_sentence("The limit was ", "ten", "nine", " tonnes\\.")


def save_background(story, text):
    story.sections.filter(kind="background").update(text=text)
    revisions.record_revision(story, by=None)
    return story


def publish_correction(story, *, by, right="nine", wrong="ten", note=""):
    return publishing.correct(
        save_background(story, f"The limit was {right} tonnes, all say."),
        by=by,
        was_wrong=f"The limit was {wrong} tonnes.",
        is_right=f"The limit was {right} tonnes.",
        note=note,
    )


@pytest.fixture
def story(editor, set_time):
    """Return a story that was corrected one day after its publication."""
    story = make_published_story(by=editor, slug="pier", headline="Why the north pier is closed to lorries")
    set_time.go(days=1)
    publish_correction(story, by=editor, note="We misread the sign.")
    return story


def test_a_link_at_the_top_of_the_page_leads_to_its_correction(client, story):
    page = client.get("/stories/pier/").content.decode()
    head = page.partition("</header>\n    <div")[0].partition("<article")[2]
    assert re.search(
        r'</details>\s*<a class="corrected marked strong" href="#correction-2">[^<]+<time[^>]*>4.March</time></a>', head
    )
    assert SENTENCE.search(head.partition("<dl>")[2].partition("</dl>")[0])
    correction = page.partition('id="correction-2">')[2].partition("</div>")[0]
    assert re.search(r'<span class="marked strong">[^<]+<time[^>]*>4.March</time>\.</span>', correction)
    assert SENTENCE.search(correction)
    assert "We misread the sign." in correction


def test_a_correction_is_also_in_the_list_of_changes(client, story):
    response = client.get("/stories/pier/")
    (stage,) = response.context["page"].changes.announced
    assert (stage.edition.change, stage.edition.label) == (Change.CORRECTION, "2")
    (entry,), below = list_changes(response)
    assert re.search(r">4.March, 09:00</time>", entry)
    assert re.search(r'<span class="strong marked">[^<]+</span> <a href="/stories/pier/history/2/">[^<]*2</a>', entry)
    assert SENTENCE.search(entry)
    assert re.search(r'<a class="action" href="/stories/pier/history/">\D*2\D*</a>', below)


def test_a_correction_stays_in_its_place(client, story, set_time):
    before = client.get("/stories/pier/").content.decode()
    set_time.go(days=400)
    assert 'id="correction-2"' in before
    assert 'id="correction-2"' in client.get("/stories/pier/").content.decode()


def test_a_later_update_does_not_hide_the_correction(client, story, editor, set_time):
    set_time.go(days=1)
    publishing.publish(
        save_background(story, "The limit was nine tonnes, now all say."), by=editor, change=make_update("A word more.")
    )
    head = client.get("/stories/pier/").content.decode().partition("<main")[2].partition('id="changes"')[0]
    assert re.search(r'<span class="fact strong">[^<]+<time[^>]*>5.March, 09:00</time></span>', head)
    assert re.search(r"<dt>[^<]+<time[^>]*>5.March, 09:00</time></dt>\s*<dd>A word more\.</dd>", head)
    assert 'href="#correction-2"' in head
    assert "We misread the sign." in head


def test_several_corrections_are_counted_and_lead_to_the_list_of_changes(client, story, editor, set_time):
    set_time.go(days=1)
    publish_correction(story, by=editor, wrong="nine", right="eight")
    page = client.get("/stories/pier/").content.decode()
    assert re.search(r'<a class="corrected marked strong" href="#changes">2 ', page)
    assert page.index('id="correction-2"') < page.index('id="correction-3"') < page.index('id="changes"')


def test_the_latest_change_is_that_of_the_last_update(story, set_time):
    edition = edition_of(story)
    past = [stage.edition for stage in load_stages(edition.uid, at=set_time())]
    assert build_changes(edition, past, at=set_time()).latest is not None
    edition.updated_at = set_time.go(days=1)
    assert build_changes(edition, past, at=set_time()).latest is None


def test_a_clarification_is_announced_but_is_not_a_correction(client, story, editor, set_time):
    set_time.go(days=1)
    change = ChangeNote(Change.CLARIFICATION, "The limit holds for each lorry.")
    publishing.publish(save_background(story, "The limit was nine tonnes for each lorry."), by=editor, change=change)
    response = client.get("/stories/pier/")
    newest = response.context["page"].changes.announced[0].edition
    assert (newest.change, newest.label) == (Change.CLARIFICATION, "3")
    (clarification, correction), _ = list_changes(response)
    assert "The limit holds for each lorry." in clarification
    assert 'href="/stories/pier/history/3/"' in clarification
    assert ["marked" in entry for entry in (clarification, correction)] == [False, True]
    assert "The limit holds for each lorry." not in get_text(client.get("/corrections/"))


def test_a_page_without_changes_has_no_list_of_changes(client, editor):
    story = make_published_story(by=editor)
    page = client.get(f"/stories/{story.slug}/").content.decode().partition("<main")[2]
    assert 'id="changes"' not in page
    assert 'href="#changes"' not in page


def test_the_list_shows_page_edition_and_both_sentences(client, story):
    response = client.get("/corrections/")
    assertContains(response, '<ol class="edition-list">')
    assertNotContains(response, 'class="empty')
    assertContains(response, '<a href="/stories/pier/">Why the north pier is closed to lorries</a>')
    assertContains(response, 'href="/stories/pier/history/2/#compared"')
    words = get_text(response)
    assert "4 March 09:00" in words
    assert SENTENCE.search(response.content.decode())
    assert "We misread the sign." in words


def test_an_empty_list_of_corrections_says_so(client):
    page = client.get("/corrections/").content.decode()
    assert re.search(r'<p class="empty[^"]*">[^<]+</p>', page)
    assert 'class="edition-list"' not in page
    assert feedparser.parse(client.get(FEED).content).entries == []


def test_the_list_includes_questions_and_is_newest_first(client, story, editor, set_time):
    question = make_published_question(by=editor, slug="may-they", question="May they use it?")
    set_time.go(days=1)
    question.answers.update(text="Nobody may use it.")
    revisions.record_revision(question, by=editor)
    publishing.correct(question, by=editor, was_wrong="All may use it.", is_right="Nobody may use it.")
    words = get_text(client.get("/corrections/"))
    assert words.index("May they use it?") < words.index("Why the north pier is closed to lorries")


def test_a_moved_page_is_listed_under_its_present_headline_and_address(client, story, editor, set_time):
    before = feedparser.parse(client.get(FEED).content).entries[0]
    set_time.go(days=1)
    type(story).objects.filter(pk=story.pk).update(slug="quay", headline="Why the north quay is closed to lorries")
    story.refresh_from_db()
    publishing.publish(
        save_background(story, "The limit was nine tonnes, now all say."), by=editor, change=make_update()
    )
    assertContains(client.get("/corrections/"), '<a href="/stories/quay/">Why the north quay is closed to lorries</a>')
    after = feedparser.parse(client.get(FEED).content).entries[0]
    assert after.id == before.id
    assert after.updated == before.updated
    assert after.link == "http://testserver/stories/quay/history/2/"


def test_corrections_of_a_withdrawn_page_are_hidden_until_it_is_republished(client, story, editor, set_time):
    set_time.go(days=1)
    publishing.withdraw(story, by=editor, notice="A source took it back.")
    set_time.go(days=1)
    assert "We misread the sign." not in get_text(client.get("/corrections/"))
    assert feedparser.parse(client.get(FEED).content).entries == []
    publishing.republish(story, by=editor, note="It stands by it.")
    set_time.go(days=1)
    assert "We misread the sign." in get_text(client.get("/corrections/"))


def test_a_scheduled_correction_appears_when_it_is_due(client, story, editor, set_time):
    set_time.go(days=1)
    addresses = ("/corrections/", FEED, "/stories/pier/")
    before = [client.get(address).content for address in addresses]
    change = ChangeNote(Change.CORRECTION, "", "The limit was nine tonnes.", "The limit was twelve tonnes.")
    publishing.schedule(save_background(story, "The limit was twelve tonnes."), by=editor, at=FRIDAY, change=change)
    assert [client.get(address).content for address in addresses] == before
    set_time.go(to=FRIDAY - MICROSECOND)
    assert "twelve" not in "".join(client.get(address).content.decode() for address in addresses)
    set_time.go(to=FRIDAY)
    assert all("twelve" in client.get(address).content.decode() for address in addresses)


def test_a_correction_of_a_scheduled_page_appears_when_it_is_due(client, editor, set_time):
    story = make_story(slug="later")
    publishing.schedule(story, by=editor, at=FRIDAY)
    change = ChangeNote(Change.CORRECTION, "", "It was red.", "It was blue.")
    saturday = FRIDAY + timedelta(days=1)
    publishing.schedule(save_background(story, "The limit was blue."), by=editor, at=saturday, change=change)
    for at, is_shown in ((FRIDAY - MICROSECOND, False), (FRIDAY, False), (saturday, True)):
        set_time.go(to=at)
        assert ("It was" in get_text(client.get("/corrections/"))) is is_shown
    assertContains(client.get("/corrections/"), 'href="/stories/later/history/2/#compared"')


def test_the_list_is_paginated_by_date(client, editor, set_time):
    stories = [make_published_story(by=editor, slug=f"pier-{n}") for n in range(PAGE_SIZE + 3)]
    for number, story in enumerate(stories):
        set_time.go(minutes=1)
        publish_correction(story, by=editor, note=f"Sign {number} was misread.")
    first = client.get("/corrections/")
    (cursor,) = re.findall(r'rel="next" href="\?before=([^"]+)"', first.content.decode())
    second = client.get(f"/corrections/?before={cursor}")
    notes = [re.findall(r"Sign (\d+) was misread", get_text(page)) for page in (first, second)]
    assert [int(number) for page in notes for number in page] == list(range(PAGE_SIZE + 2, -1, -1))
    assert client.get("/corrections/?before=x").status_code == 404


def test_the_feed_is_valid_and_links_to_the_edition(client, story):
    response = client.get(FEED)
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = feedparser.parse(response.content)
    assert not feed.bozo, feed.get("bozo_exception")
    assert [link.href for link in feed.feed.links if link.rel == "self"] == ["http://testserver/corrections/feed.atom"]
    assert feed.feed.link == "http://testserver/corrections/"
    (entry,) = feed.entries
    assert entry.title == "Correction: Why the north pier is closed to lorries"
    assert entry.id.startswith("urn:uuid:")
    assert entry.link == "http://testserver/stories/pier/history/2/"
    assert "The limit was ten tonnes." in entry.content[0].value
    assert "The limit was nine tonnes." in entry.content[0].value
    assert 'href="http://testserver/stories/pier/"' in entry.content[0].value
    assert entry.published == entry.updated == "2031-03-04T09:00:00+00:00"


def test_two_corrections_of_one_page_are_two_entries(client, story, editor, set_time):
    set_time.go(days=1)
    publish_correction(story, by=editor, wrong="nine", right="eight")
    entries = feedparser.parse(client.get(FEED).content).entries
    assert len({entry.id for entry in entries}) == 2
    assert [entry.link[-2:] for entry in entries] == ["3/", "2/"]


def test_a_correction_is_in_the_language_of_its_page(client, editor, set_time):
    story = make_published_story(
        by=editor, slug="ميناء", language="ar", headline="لماذا أغلق ميناء تلمار أمام الشاحنات"
    )
    set_time.go(days=1)
    story.sections.filter(kind="background").update(text="كان الحد تسعة أطنان.")
    revisions.record_revision(story, by=editor)
    publishing.correct(story, by=editor, was_wrong="كان الحد عشرة أطنان.", is_right="كان الحد تسعة أطنان.")
    assertContains(client.get("/corrections/"), '<div class="edition-entry" lang="ar" dir="rtl">')
    feed = client.get(FEED).content.decode()
    assert '<entry xml:lang="ar">' in feed
    assert "تصحيح: لماذا أغلق" in feed


def test_the_front_page_links_to_the_corrections(client):
    assertContains(client.get("/"), '<a href="/corrections/">')


@pytest.mark.parametrize(
    ("wrong", "right", "expected"),
    [
        ("The barrier has eleven gates.", "The barrier has nine gates.", "The barrier has [eleven] {nine} gates."),
        ("It was ten.", "It was nine.", "It was [ten] {nine}."),
        ("All of it.", "Nothing whatever holds.", "[All of it.] {Nothing whatever holds.}"),
        ("The pier is closed.", "The pier is not closed.", "The pier is {not} closed."),
        ("The  pier\nis shut.", "The pier is open.", "The pier is [shut] {open}."),
        ("Red", "Blue", "[Red] {Blue}"),
        ("It cost 1,600 jobs.", "It cost 1,900 jobs.", "It cost [1,600] {1,900} jobs."),
        ("It opened at 03:40.", "It opened at 03:55.", "It opened at [03:40] {03:55}."),
        ("It fell by 9.5 %, 12.5 in all.", "It fell by 9.7 %, 12.5 in all.", "It fell by [9.5] {9.7} %, 12.5 in all."),
    ],
)
def test_wrong_words_are_marked_beside_right_ones(wrong, right, expected):
    formats = {"gone": "[{}]", "new": "{{{}}}", "same": "{}"}
    assert "".join(formats[run.kind].format(run.text) for run in compare_sentences(wrong, right)) == expected


def test_marked_words_never_begin_or_end_with_a_space():
    for run in compare_sentences("We counted eleven of all gates.", "We counted nine of our own gates."):
        assert run.kind == "same" or run == Run(run.kind, run.text.strip())
