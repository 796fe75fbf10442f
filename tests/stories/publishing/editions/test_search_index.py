"""What the verbs let readers find, and when."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.core.management.sql import emit_post_migrate_signal

from newsroom.audit import undo
from newsroom.audit.models import Event
from newsroom.search import index
from newsroom.search.models import Mention, SearchDocument, Spelling
from newsroom.search.query.conditions import Filters
from newsroom.search.query.parse import ParsedQuery
from newsroom.search.search import search
from newsroom.search.suggest import suggest
from stories import publishing
from stories.drafts import revisions
from stories.models import Edition, Outlet, Section
from stories.publishing import erase
from stories.publishing.editions import search_index
from tests.clocks import MONDAY
from tests.factories import (
    make_outlet,
    make_published_question,
    make_published_story,
    make_question,
    make_story,
    make_topic,
    update,
)
from tests.newsroom.search.indexing import list_indexed_words
from topics.merge import merge_topics
from topics.models import Topic

pytestmark = [pytest.mark.database, pytest.mark.django_db]

FRIDAY = MONDAY + timedelta(days=4)
ORDER = "Regional court of Lisle, file 12."


@pytest.fixture(autouse=True)
def _monday(set_time):
    return set_time


def found(query, at=MONDAY, **filters):
    """Return the uids that are found."""
    return [hit.uid for hit in search(ParsedQuery.parse(query), Filters(**filters), at=at).hits]


def kept():
    """Return everything that the search keeps, in one text."""
    rows = [*SearchDocument.objects.values(), *Mention.objects.values(), *Spelling.objects.values()]
    return f"{rows} {list_indexed_words()}"


def reword(story, words, editor):
    story.headline = words
    story.save()
    revisions.record_revision(story, by=editor)


def test_a_story_is_found_by_what_stands_in_it(editor):
    outlet, topic = make_outlet(name="The Norrhavn Post"), make_topic(name="Corvane ferry")
    question = make_published_question(question="Who paints the buoys?")
    story = make_published_story(
        headline="Why barges wait for months", standfirst="Captains **complain**.", outlets=(outlet,), topics=(topic,),
        questions=(question,), texts={"happened": "The sluice froze."}, by=editor,
    )  # fmt: skip
    for query in ("barge", "captain complains", "sluice freeze froze", "weighed twice", "norrhavn", "corvane", "buoy"):
        assert (story.uid in found(query)) is ("freeze" not in query), query
    assert found("sluice", section="happened") == [story.uid]
    assert found("sluice", section="behind") == []
    assert found("weighed", section="papers", outlet=outlet.uid, topic=topic.uid) == [story.uid]


def test_a_question_is_found_by_its_answers(editor):
    question = make_published_question(question="Who paints the buoys?", introduction="On maintenance.", by=editor)
    assert found("buoy") == found("maintenance") == found("permit signed pillar") == [question.uid]


def test_what_waits_for_its_time_changes_no_answer_before(editor):
    topic = make_topic(name="Qxcorvane")
    story = make_story(headline="Why qxbarges wait for months", topics=(topic,), language="de")
    publishing.schedule(story, by=editor, at=FRIDAY)
    before = FRIDAY - timedelta(microseconds=1)
    assert found("qxbarges", before) == found("qxcorvane", before) == suggest("qxb", at=before) == []
    assert search(ParsedQuery.parse("qxbarge qxcorvan"), Filters(), at=before).did_you_mean == ""
    assert set(found("qxcorvane", FRIDAY)) == {story.uid, topic.uid}
    assert search(ParsedQuery.parse("qxbargess"), Filters(), at=FRIDAY).did_you_mean == "qxbarges"


def test_an_update_takes_the_place_of_the_edition_before(editor, set_time):
    story = make_published_story(headline="Why barges wait for months", by=editor)
    reword(story, "Why tugs wait for months", editor)
    publishing.schedule(story, by=editor, at=FRIDAY, change=update())
    assert (found("barge"), found("tug")) == ([story.uid], [])
    assert (found("barge", FRIDAY), found("tug", FRIDAY)) == ([], [story.uid])
    set_time.go(to=FRIDAY + timedelta(days=1))
    reword(story, "Why rafts wait for months", editor)
    publishing.publish(story, by=editor, change=update())
    assert SearchDocument.objects.filter(uid=story.uid).count() == 1
    assert not Spelling.objects.filter(word__in=["barges", "tugs"]).exists()


def test_a_cancelled_schedule_lets_the_edition_before_be_found_on(editor):
    story = make_published_story(headline="Why barges wait for months", by=editor)
    reword(story, "Why tugs wait for months", editor)
    edition = publishing.schedule(story, by=editor, at=FRIDAY, change=update())
    publishing.cancel_schedule(edition, by=editor)
    assert (found("barge", FRIDAY), found("tug", FRIDAY)) == ([story.uid], [])
    assert "tugs" not in kept()


def test_a_withdrawn_page_is_found_no_more(editor, set_time):
    story = make_published_story(headline="Why barges wait for months", by=editor)
    set_time.go(hours=1)
    publishing.withdraw(story, by=editor, notice="It was wrong.")
    assert found("barge", MONDAY + timedelta(hours=2)) == []
    assert "barge" not in kept()


def test_a_page_that_will_expire_is_found_until_then(editor):
    story = make_published_story(headline="Why barges wait for months", by=editor)
    publishing.schedule_expiry(story, by=editor, at=FRIDAY, notice="It was for this week.")
    assert (found("barge"), found("barge", FRIDAY)) == ([story.uid], [])


def test_the_span_of_what_is_found_is_that_of_its_edition(editor):
    story = make_published_story(by=editor)
    for day, words in enumerate(("One", "Two", "Three"), 1):
        reword(story, f"{words} piers of Port Lisle", editor)
        publishing.schedule(story, by=editor, at=MONDAY + timedelta(days=day), change=update())
    spans = {edition.pk: (edition.live_from, edition.live_until) for edition in Edition.objects.filter(work=story)}
    rows = SearchDocument.objects.filter(uid=story.uid)
    assert {row.edition: (row.live_from, row.live_until) for row in rows} == spans
    for mention in Mention.objects.filter(document__in=rows).select_related("document"):
        assert (mention.live_from, mention.live_until) == spans[mention.document.edition]


def test_no_word_of_a_draft_is_kept(editor):
    make_story(headline="Why qxbarges wait for months", topics=(make_topic(name="Qxcorvane", aliases=("Qxvane",)),))
    make_question(question="Who paints qxbuoys?")
    assert "qx" not in kept()


def test_a_topic_is_found_by_what_it_is_called_now(editor, curator):
    topic = make_topic(name="Corvane ferry", description="A *slow* boat.")
    make_published_story(topics=(topic,), by=editor)
    assert found("ferry", kinds=frozenset({"topic"})) == found("slow boat") == [topic.uid]
    topic.name, topic.description = "Corvane shuttle", ""
    topic.save()
    topic.set_aliases(["The old packet"])
    assert found("shuttle") == found("packet") == [topic.uid]
    assert found("slow boat") == []
    topic.set_aliases([])
    assert found("packet") == []


def test_nobody_is_told_how_an_alias_is_spelt(editor):
    outlet = make_outlet(name="The Norrhavn Post", aliases=("Qxplagiarist",))
    make_published_story(outlets=(outlet,), by=editor)
    assert found("qxplagiarist") == [outlet.uid]
    assert search(ParsedQuery.parse("qxplagiaris"), Filters(), at=MONDAY).did_you_mean == ""
    assert not Spelling.objects.filter(word="qxplagiarist").exists()


def test_an_outlet_whose_change_is_put_back_is_found_as_before(editor, administrator, administrator_client):
    outlet = make_outlet(name="The Norrhavn Post", slug="post")
    make_published_story(outlets=(outlet,), by=editor)
    form = {"name": "The Norrhavn Mail", "kind": "newspaper", "slug": "post", "aliases": "Havnmail"}
    administrator_client.post(f"/admin/stories/outlet/{outlet.pk}/change/", form)
    assert found("havnmail") == [outlet.uid]
    undo.undo(Event.objects.about(outlet.uid)[0], by=administrator)
    assert outlet.uid in found("post")
    assert found("havnmail") == []


def test_a_merged_topic_is_found_as_the_other(editor, curator):
    gone, kept_topic = make_topic(name="Corvane ferry"), make_topic(name="Corvane line")
    story = make_published_story(headline="Why barges wait for months", topics=(gone,), by=editor)
    merge_topics(gone, kept_topic, by=curator)
    assert found("barge", topic=kept_topic.uid) == [story.uid]
    assert found("ferry", kinds=frozenset({"topic"})) == found("line", kinds=frozenset({"topic"})) == [kept_topic.uid]
    again = make_published_story(headline="Why tugs wait for months", topics=(kept_topic,), by=editor)
    assert found("tug", topic=kept_topic.uid) == [again.uid]


def test_a_deleted_outlet_leaves_no_word(editor, administrator):
    outlet = make_outlet(name="The Qxnorrhavn Post")
    story = make_published_story(outlets=(outlet, make_outlet(), make_outlet()), by=editor)
    assert "qxnorrhavn" in kept()
    erase.erase_work(story, by=administrator, reason=ORDER)
    assert not Outlet.objects.filter(pk=outlet.pk).exists()
    assert "qxnorrhavn" not in kept()


def test_topics_deleted_from_their_list_leave_no_word(administrator_client):
    topic = make_topic(name="Qxcorvane ferry")
    topic.index()
    chosen = {"action": "delete_selected", "_selected_action": [topic.pk], "post": "yes"}
    administrator_client.post("/admin/topics/topic/", chosen)
    assert not Topic.objects.filter(pk=topic.pk).exists()
    assert "qxcorvane" not in kept()


def test_of_an_erased_edition_and_an_erased_passage_no_word_is_kept(editor, administrator):
    story = make_published_story(
        headline="Why qxbarges wait for months", texts={"behind": "The qxsluice froze."}, by=editor
    )
    erase.erase_passage(story, Section.objects.get(story=story, kind="behind").uid, by=administrator, reason=ORDER)
    assert "qxsluice" not in kept()
    assert found("qxbarges") == [story.uid]
    Section.objects.create(story=story, kind="behind", heading="Behind it", text="The quay was too short.")
    reword(story, "Why tugs wait for months", editor)
    publishing.publish(story, by=editor, change=update())
    erase.erase_edition(Edition.objects.get(work=story, number=1), by=administrator, reason=ORDER)
    assert "qxbarges" not in kept()
    assert found("tug", MONDAY + timedelta(hours=1)) == [story.uid]


def test_indexing_again_comes_to_the_same(editor, set_time):
    topic = make_topic(name="Corvane ferry", aliases=("The packet",))
    story = make_published_story(headline="Why barges wait for months", topics=(topic,), by=editor)
    question = make_published_question(by=editor)
    publishing.schedule(make_story(headline="Why tugs wait for months"), by=editor, at=FRIDAY)
    publishing.withdraw(question, by=editor, notice="It was wrong.")
    set_time.go(hours=1)
    written, queries = kept_words(), ("barge", "corvane", "packet", "wait")
    answers = [(found(query), found(query, FRIDAY)) for query in queries]
    index.empty_index()
    assert found("barge") == []
    output = StringIO()
    call_command("reindex", stdout=output)
    assert "indexed" in output.getvalue()
    assert kept_words() == written
    assert [(found(query), found(query, FRIDAY)) for query in queries] == answers
    assert story.uid in found("barge")


def kept_words():
    return set(Spelling.objects.values_list("word", flat=True)), list_indexed_words()


def test_stopping_to_index_says_how_to_go_on(editor, monkeypatch):
    def stopped():
        yield search_index.Progress(3, 9)
        raise KeyboardInterrupt

    monkeypatch.setattr("stories.management.commands.reindex.reindex", stopped)
    with pytest.raises(CommandError, match="Stopped at 3 of 9"):
        call_command("reindex")


def test_what_was_published_before_there_was_a_search_is_found_after_migrating(editor):
    story = make_published_story(headline="Why barges wait for months", by=editor)
    index.empty_index()
    output, again = StringIO(), StringIO()
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default", stdout=output)
    assert found("barge") == [story.uid]
    assert "Indexed for search" in output.getvalue()
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default", stdout=again)
    assert again.getvalue() == ""
