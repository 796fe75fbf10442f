"""What changed since an edition: how often readers were told, and where the words are new."""

import json
from datetime import timedelta

import feedparser
import pytest

from newsroom.http import clock
from stories import publishing
from stories.drafts import revisions
from stories.models import Change, ChangeNote, Section, SourceSummary
from stories.public.pages.history import since_visit as since_page
from tests.clocks import MONDAY
from tests.factories import make_article, make_outlet, make_published_story, make_story, make_user, update

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _monday(set_time):
    return set_time


@pytest.fixture
def changed(set_time):
    """Return a story with a first edition, an update on Tuesday, a correction and a minor change on Wednesday."""
    editor = make_user()
    story = make_published_story(by=editor, texts={"background": "The limit was nine tonnes. It was never raised."})
    set_time.go(days=1)
    say(story, "background", "The limit was nine tonnes. It was raised twice, and never lowered.")
    Section.objects.create(story=story, kind="next", heading="What happens next", text="A survey.", position=8)
    publish(story, editor, update("The limit was raised."))
    set_time.go(days=1)
    say(story, "background", "The limit was ten tonnes. It was raised twice, and never lowered.")
    revisions.record_revision(story, by=editor)
    publishing.correct(story, by=editor, was_wrong="It was nine tonnes.", is_right="It was ten tonnes.")
    say(story, "behind", f"{story.sections.get(kind='behind').text} ")
    publish(story, editor, ChangeNote(Change.MINOR, ""))
    return story


def say(story, kind, text):
    story.sections.filter(kind=kind).update(text=text)


def publish(story, editor, change):
    """Publish what stands on the desk, a minute later."""
    clock.now.go(minutes=1)
    revisions.record_revision(story, by=editor)
    publishing.publish(story, by=editor, change=change)


def since(client, story, number):
    response = client.get(f"/stories/{story.slug}/changes/?from={number}")
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/json")
    return json.loads(response.content)


def test_it_counts_what_was_told_and_says_so_with_room_for_the_day(client, changed):
    found = since(client, changed, 1)
    assert (found["from"], found["to"], found["said"]) == (1, 4, "2 changes since {day}.")
    assert [(each["edition"], each["kind"], each["words"]) for each in found["changes"]] == [
        (2, "update", "The limit was raised."),
        (3, "correction", "It was ten tonnes."),
    ]
    assert since(client, changed, 2)["said"] == "1 change since {day}."


def test_new_words_are_told_after_those_they_follow_and_what_is_all_new_by_its_place(client, changed):
    assert since(client, changed, 1)["places"] == [
        {
            "at": "how-we-got-here",
            "words": [
                ["The limit was ", "ten"],
                ["The limit was ten tonnes. It was raised ", "twice, and never lowered"],
            ],
        },
        {"at": "what-happens-next", "words": []},
    ]


def test_nothing_is_told_of_a_minor_change_nor_of_the_edition_itself(client, changed):
    for number in (3, 4):
        found = since(client, changed, number)
        assert (found["changes"], found["places"], found["said"]) == ([], [], "")


def test_a_minor_change_makes_no_place_and_marks_no_words(client, changed):
    editor = make_user()
    say(changed, "behind", f"{changed.sections.get(kind='behind').text} So it is said.")
    say(changed, "background", "In all, the limit was ten tonnes. It was raised twice, and never lowered.")
    publish(changed, editor, ChangeNote(Change.MINOR, ""))
    say(changed, "next", "A survey in May.")
    publish(changed, editor, update("The survey is in May."))
    assert since(client, changed, 1)["places"] == [
        {"at": "how-we-got-here", "words": [["In all, the limit was ", "ten"], ["the limit was ten tonnes. It was raised ", "twice, and never lowered"]]},
        {"at": "what-happens-next", "words": []},
    ]  # fmt: skip
    assert since(client, changed, 4)["places"] == [{"at": "what-happens-next", "words": [["A survey ", "in May"]]}]


def test_a_page_of_many_changes_costs_no_more_comparisons_than_a_few(client, changed, monkeypatch):
    editor, text = make_user(), changed.sections.get(kind="behind").text
    for number in range(12):
        say(changed, "behind", f"{text}{' So it is said.' * ((number + 1) % 2)}")
        publish(changed, editor, ChangeNote(Change.MINOR, ""))
        say(changed, "next", f"Survey {number} is in May.")
        publish(changed, editor, update(f"Survey {number} is in May."))
    compared = []
    original = since_page.compare_editions
    monkeypatch.setattr(since_page, "compare_editions", lambda *both: compared.append(both) or original(*both))
    found = since(client, changed, 1)
    assert len(found["changes"]) == 14
    assert {place["at"] for place in found["places"]} >= {"how-we-got-here", "what-happens-next"}
    assert len(compared) == since_page.MAX_SPANS + 1


def test_a_passage_is_told_by_its_own_place_and_one_that_went_by_the_list_of_changes(client):
    editor = make_user()
    story = make_published_story(by=editor, outlets=(make_outlet(), make_outlet(), make_outlet()))
    first, second, _ = story.passages.all()
    SourceSummary.objects.filter(pk=second.pk).update(text="The second lorry was weighed three times.")
    first.delete()
    publish(story, editor, update())
    places = since(client, story, 1)["places"]
    assert [place["at"] for place in places] == ["changes", "passage-1"]
    page = client.get(f"/stories/{story.slug}/").content.decode()
    assert 'id="passage-1"' in page
    assert 'id="changes"' in page


def test_a_headline_and_a_citation_that_came_are_places_too(client):
    editor = make_user()
    story = make_published_story(by=editor, articles=(make_article(),))
    type(story).objects.filter(pk=story.pk).update(headline="Why the pier is closed to every lorry", standfirst="New.")
    story.refresh_from_db()
    publish(story, editor, update())
    found = {place["at"]: place["words"] for place in since(client, story, 1)["places"]}
    assert found["standfirst"] == [["", "New."]]
    assert found["top"]
    assert 'id="top"' in client.get(f"/stories/{story.slug}/").content.decode()


@pytest.mark.parametrize(
    "asked",
    ["", "?from=", "?from=0", "?from=5", "?from=-1", "?from=x", "?from=²", "?from=1.0", f"?from={'9' * 400}", "?n=1"],
)
def test_what_is_no_number_of_an_edition_answers_404(client, changed, asked):
    assert client.get(f"/stories/{changed.slug}/changes/{asked}").status_code == 404


def test_what_else_is_asked_does_not_change_the_answer(client, changed):
    plain = client.get(f"/stories/{changed.slug}/changes/?from=2")
    assert client.get(f"/stories/{changed.slug}/changes/?from=2&who=me").content == plain.content


def test_what_waits_is_neither_counted_nor_a_number(client, changed):
    editor = make_user()
    say(changed, "behind", "Said on Friday.")
    revisions.record_revision(changed, by=editor)
    publishing.schedule(changed, by=editor, at=MONDAY + 4 * DAY, change=update("Friday's news."))
    assert "Friday" not in client.get(f"/stories/{changed.slug}/changes/?from=1").content.decode()
    assert client.get(f"/stories/{changed.slug}/changes/?from=5").status_code == 404
    assert "Friday" not in client.get(f"/stories/{changed.slug}/changes.atom").content.decode()


def test_a_moved_story_leads_on_and_a_withdrawn_one_is_gone(client, changed):
    editor, old = make_user(), changed.slug
    type(changed).objects.filter(pk=changed.pk).update(slug="elsewhere")
    changed.refresh_from_db()
    publish(changed, editor, update())
    moved = client.get(f"/stories/{old}/changes/?from=2")
    assert (moved.status_code, moved.headers["Location"]) == (301, "/stories/elsewhere/changes/?from=2")
    for ending in ("atom", "json"):
        moved = client.get(f"/stories/{old}/changes.{ending}")
        assert (moved.status_code, moved.headers["Location"]) == (301, f"/stories/elsewhere/changes.{ending}")
    clock.now.go(minutes=1)
    publishing.withdraw(changed, by=editor, notice="Taken back.")
    clock.now.go(minutes=1)
    for under in ("changes/?from=1", "changes.atom"):
        gone = client.get(f"/stories/elsewhere/{under}")
        assert gone.status_code == 410
        assert "limit" not in gone.content.decode()
    expired = client.get("/stories/elsewhere/changes.json")
    assert "limit" not in expired.content.decode()
    feed = expired.json()
    assert (expired.status_code, feed["expired"]) == (200, True)
    assert [(item["title"], item["content_text"]) for item in feed["items"]] == [
        ("This page was withdrawn", "Taken back.")
    ]


def test_a_draft_has_no_changes(client):
    story = make_story()
    assert client.get(f"/stories/{story.slug}/changes/?from=1").status_code == 404
    assert client.get(f"/stories/{story.slug}/changes.atom").status_code == 404
    assert client.get(f"/stories/{story.slug}/changes.json").status_code == 404


def test_in_the_language_of_the_story_it_speaks_of_its_changes(client):
    editor = make_user()
    story = make_published_story(by=editor, language="de")
    say(story, "background", "Zehn Tonnen.")
    publish(story, editor, update("Die Grenze."))
    assert since(client, story, 1)["said"] == "1 Änderung seit {day}."


def test_the_feed_keeps_its_entries_where_the_story_moves(client, changed):
    def entries():
        feed = feedparser.parse(client.get(f"/stories/{changed.slug}/changes.atom").content)
        assert not feed.bozo
        return feed.feed.id, [(entry.id, entry.title) for entry in feed.entries]

    before = entries()
    assert [title for _, title in before[1]] == ["Correction, edition 3.0", "Update, edition 2.0"]
    type(changed).objects.filter(pk=changed.pk).update(slug="elsewhere")
    changed.refresh_from_db()
    publish(changed, make_user(), update("It moved."))
    clock.now.go(minutes=1)
    identity, entries_now = entries()
    assert (identity, entries_now[1:]) == before


def test_the_page_names_its_edition_and_says_without_scripts_how_often_it_changed(client, changed):
    page = client.get(f"/stories/{changed.slug}/").content.decode()
    assert f'data-work="{changed.uid}" data-edition="4"' in page
    assert "2 changes since it was published." in page
    first = client.get(f"/stories/{make_published_story().slug}/").content.decode()
    assert 'data-edition="1"' in first
    assert "since-read" not in first
