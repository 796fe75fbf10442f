"""The changes since an edition: how many were announced, and where the new words are."""

import json
import re
from datetime import timedelta

import feedparser
import pytest

from newsroom.http import clock
from stories import publishing
from stories.drafts import revisions
from stories.models import Change, ChangeNote, Section, SourceSummary
from stories.public.pages.history import since_visit
from tests.clocks import MONDAY
from tests.factories import make_article, make_outlet, make_published_story, make_story, make_update, make_user

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _monday(set_time):
    return set_time


@pytest.fixture
def changed_story(set_time):
    """Return a story with four editions: the first, an update a day later, then a correction and a minor change."""
    editor = make_user()
    story = make_published_story(by=editor, texts={"background": "The limit was nine tonnes. It was never raised."})
    set_time.go(days=1)
    set_text(story, "background", "The limit was nine tonnes. It was raised twice, and never lowered.")
    Section.objects.create(story=story, kind="next", heading="What happens next", text="A survey.", position=8)
    publish_draft(story, editor, make_update("The limit was raised."))
    set_time.go(days=1)
    set_text(story, "background", "The limit was ten tonnes. It was raised twice, and never lowered.")
    revisions.record_revision(story, by=editor)
    publishing.correct(story, by=editor, was_wrong="It was nine tonnes.", is_right="It was ten tonnes.")
    set_text(story, "behind", f"{story.sections.get(kind='behind').text} ")
    publish_draft(story, editor, ChangeNote(Change.MINOR, ""))
    return story


def set_text(story, kind, text):
    story.sections.filter(kind=kind).update(text=text)


def publish_draft(story, editor, change):
    """Set the clock forward by one minute, record a revision of the draft, and publish it."""
    clock.now.go(minutes=1)
    revisions.record_revision(story, by=editor)
    publishing.publish(story, by=editor, change=change)


def get_changes(client, story, number):
    response = client.get(f"/stories/{story.slug}/changes/?from={number}")
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/json")
    return json.loads(response.content)


def test_announced_changes_are_listed_and_counted_in_a_sentence(client, changed_story):
    changes = get_changes(client, changed_story, 1)
    assert (changes["from"], changes["to"]) == (1, 4)
    assert re.fullmatch(r"2\D+\{day\}\D*", changes["said"])
    assert [(each["edition"], each["kind"], each["words"]) for each in changes["changes"]] == [
        (2, "update", "The limit was raised."),
        (3, "correction", "It was ten tonnes."),
    ]
    assert re.fullmatch(r"1\D+\{day\}\D*", get_changes(client, changed_story, 2)["said"])


def test_each_change_leads_to_its_part_of_the_page_and_a_correction_has_its_struck_words(client, changed_story):
    changes = get_changes(client, changed_story, 1)
    assert [each["place"] for each in changes["changes"]] == ["how-we-got-here", "how-we-got-here"]
    assert re.fullmatch(r"1\D+", changes["corrections"])
    correction, update = changes["list"].split("</li>")[:2]
    assert re.search(
        r"<del><span[^>]*>Wrong: </span>nine</del> <ins><span[^>]*>Right: </span>ten</ins> tonnes", correction
    )
    assert 'href="#how-we-got-here" data-correction="correction-3">How we got here</a>' in correction
    assert "The limit was raised." in update
    assert 'href="#how-we-got-here">' in update


def test_more_than_five_changes_are_listed_on_demand(client, changed_story):
    editor = make_user()
    for number in range(5):
        set_text(changed_story, "next", f"Survey {number}.")
        publish_draft(changed_story, editor, make_update(f"Survey {number} is planned."))
    changes = get_changes(client, changed_story, 1)
    first, rest = changes["list"].split("<details>")
    assert [first.count("<li>"), rest.count("<li>")] == [5, 2]
    assert re.search(r"<summary[^>]*>Show all 7 changes</summary>", rest)
    assert first.index("Survey 4") < first.index("Survey 0")
    assert "<details>" not in get_changes(client, changed_story, 4)["list"]


def test_a_part_that_is_no_longer_on_the_page_leads_to_the_list_of_changes(client, changed_story):
    changed_story.sections.get(kind="next").delete()
    publish_draft(changed_story, make_user(), make_update("The survey is off."))
    assert get_changes(client, changed_story, 4)["changes"][0]["place"] == "changes"


def test_new_words_have_their_context_and_new_sections_only_their_id(client, changed_story):
    assert get_changes(client, changed_story, 1)["places"] == [
        {
            "at": "how-we-got-here",
            "words": [
                ["The limit was ", "ten"],
                ["The limit was ten tonnes. It was raised ", "twice, and never lowered"],
            ],
            "is_new": False,
        },
        {"at": "what-happens-next", "words": [], "is_new": True},
    ]


def test_a_minor_change_and_the_edition_itself_are_not_reported(client, changed_story):
    for number in (3, 4):
        changes = get_changes(client, changed_story, number)
        assert (changes["changes"], changes["places"], changes["said"]) == ([], [], "")


def test_the_words_of_a_minor_change_are_not_reported(client, changed_story):
    editor = make_user()
    set_text(changed_story, "behind", f"{changed_story.sections.get(kind='behind').text} So it is said.")
    set_text(changed_story, "background", "In all, the limit was ten tonnes. It was raised twice, and never lowered.")
    publish_draft(changed_story, editor, ChangeNote(Change.MINOR, ""))
    set_text(changed_story, "next", "A survey in May.")
    publish_draft(changed_story, editor, make_update("The survey is in May."))
    assert get_changes(client, changed_story, 1)["places"] == [
        {"at": "how-we-got-here", "words": [["In all, the limit was ", "ten"], ["the limit was ten tonnes. It was raised ", "twice, and never lowered"]], "is_new": False},
        {"at": "what-happens-next", "words": [], "is_new": True},
    ]  # fmt: skip
    assert get_changes(client, changed_story, 4)["places"] == [
        {"at": "what-happens-next", "words": [["A survey ", "in May"]], "is_new": False}
    ]


def test_the_number_of_comparisons_is_limited(client, changed_story, monkeypatch):
    editor, text = make_user(), changed_story.sections.get(kind="behind").text
    for number in range(12):
        set_text(changed_story, "behind", f"{text}{' So it is said.' * ((number + 1) % 2)}")
        publish_draft(changed_story, editor, ChangeNote(Change.MINOR, ""))
        set_text(changed_story, "next", f"Survey {number} is in May.")
        publish_draft(changed_story, editor, make_update(f"Survey {number} is in May."))
    compared = []
    original = since_visit.compare_editions
    monkeypatch.setattr(since_visit, "compare_editions", lambda *both: compared.append(both) or original(*both))
    changes = get_changes(client, changed_story, 1)
    assert len(changes["changes"]) == 14
    assert {place["at"] for place in changes["places"]} >= {"how-we-got-here", "what-happens-next"}
    assert len(compared) == since_visit.MAX_SPANS + 1


def test_an_edited_passage_is_reported_by_its_id_and_a_removed_one_by_its_section(client):
    editor = make_user()
    story = make_published_story(by=editor, outlets=(make_outlet(), make_outlet(), make_outlet()))
    first, second, _ = story.passages.all()
    SourceSummary.objects.filter(pk=second.pk).update(text="The second lorry was weighed three times.")
    first.delete()
    publish_draft(story, editor, make_update())
    places = get_changes(client, story, 1)["places"]
    assert [place["at"] for place in places] == ["what-the-papers-say", "passage-1"]
    page = client.get(f"/stories/{story.slug}/").content.decode()
    assert 'id="passage-1"' in page
    assert 'id="what-the-papers-say"' in page


def test_a_new_headline_and_standfirst_are_reported(client):
    editor = make_user()
    story = make_published_story(by=editor, articles=(make_article(),))
    type(story).objects.filter(pk=story.pk).update(headline="Why the pier is closed to every lorry", standfirst="New.")
    story.refresh_from_db()
    publish_draft(story, editor, make_update())
    changes = {place["at"]: place["words"] for place in get_changes(client, story, 1)["places"]}
    assert changes["standfirst"] == [["", "New."]]
    assert changes["top"]
    assert 'id="top"' in client.get(f"/stories/{story.slug}/").content.decode()


@pytest.mark.parametrize(
    "query",
    ["", "?from=", "?from=0", "?from=5", "?from=-1", "?from=x", "?from=²", "?from=1.0", f"?from={'9' * 400}", "?n=1"],
)
def test_an_unknown_edition_answers_404(client, changed_story, query):
    assert client.get(f"/stories/{changed_story.slug}/changes/{query}").status_code == 404


def test_other_parameters_do_not_change_the_response(client, changed_story):
    plain = client.get(f"/stories/{changed_story.slug}/changes/?from=2")
    assert client.get(f"/stories/{changed_story.slug}/changes/?from=2&who=me").content == plain.content


def test_a_scheduled_edition_is_not_reported(client, changed_story):
    editor = make_user()
    set_text(changed_story, "behind", "Said on Friday.")
    revisions.record_revision(changed_story, by=editor)
    publishing.schedule(changed_story, by=editor, at=MONDAY + 4 * DAY, change=make_update("Friday's news."))
    assert "Friday" not in client.get(f"/stories/{changed_story.slug}/changes/?from=1").content.decode()
    assert client.get(f"/stories/{changed_story.slug}/changes/?from=5").status_code == 404
    assert "Friday" not in client.get(f"/stories/{changed_story.slug}/changes.atom").content.decode()


def test_a_moved_story_redirects_and_a_withdrawn_one_answers_410(client, changed_story):
    editor, old = make_user(), changed_story.slug
    type(changed_story).objects.filter(pk=changed_story.pk).update(slug="elsewhere")
    changed_story.refresh_from_db()
    publish_draft(changed_story, editor, make_update())
    moved = client.get(f"/stories/{old}/changes/?from=2")
    assert (moved.status_code, moved.headers["Location"]) == (301, "/stories/elsewhere/changes/?from=2")
    for ending in ("atom", "json"):
        moved = client.get(f"/stories/{old}/changes.{ending}")
        assert (moved.status_code, moved.headers["Location"]) == (301, f"/stories/elsewhere/changes.{ending}")
    clock.now.go(minutes=1)
    publishing.withdraw(changed_story, by=editor, notice="Taken back.")
    clock.now.go(minutes=1)
    for under in ("changes/?from=1", "changes.atom"):
        response = client.get(f"/stories/elsewhere/{under}")
        assert response.status_code == 410
        assert "limit" not in response.content.decode()
    expired = client.get("/stories/elsewhere/changes.json")
    assert "limit" not in expired.content.decode()
    feed = expired.json()
    assert (expired.status_code, feed["expired"]) == (200, True)
    assert [(item["title"], item["content_text"]) for item in feed["items"]] == [
        (f"Withdrawn: {changed_story.headline}", "Taken back.")
    ]


def test_a_draft_has_no_changes(client):
    story = make_story()
    assert client.get(f"/stories/{story.slug}/changes/?from=1").status_code == 404
    assert client.get(f"/stories/{story.slug}/changes.atom").status_code == 404
    assert client.get(f"/stories/{story.slug}/changes.json").status_code == 404


def test_the_summary_is_in_the_language_of_the_story(client):
    editor = make_user()
    story = make_published_story(by=editor, language="de")
    set_text(story, "background", "Zehn Tonnen.")
    publish_draft(story, editor, make_update("Die Grenze."))
    assert get_changes(client, story, 1)["said"] == "1 Änderung seit Ihrem Besuch {day}"


def test_the_feed_has_the_same_entries_after_the_story_moves(client, changed_story):
    def entries():
        feed = feedparser.parse(client.get(f"/stories/{changed_story.slug}/changes.atom").content)
        assert not feed.bozo
        return feed.feed.id, [(entry.id, entry.title) for entry in feed.entries]

    before = entries()
    assert [title for _, title in before[1]] == ["Correction, edition 3", "Update, edition 2"]
    type(changed_story).objects.filter(pk=changed_story.pk).update(slug="elsewhere")
    changed_story.refresh_from_db()
    publish_draft(changed_story, make_user(), make_update("It moved."))
    clock.now.go(minutes=1)
    feed_id, entries_now = entries()
    assert (feed_id, entries_now[1:]) == before


def test_the_page_has_the_number_of_its_edition_and_of_its_changes(client, changed_story):
    page = client.get(f"/stories/{changed_story.slug}/").content.decode()
    assert f'data-work="{changed_story.uid}" data-edition="4"' in page
    assert re.search(r'<a class="strong" href="[^"]+/history/">2\D+</a>', page)
    first = client.get(f"/stories/{make_published_story().slug}/").content.decode()
    assert 'data-edition="1"' in first
    assert "since-visit" not in first
