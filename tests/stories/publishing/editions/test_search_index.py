"""The search index: which pages readers find after each verb, and when."""

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
    make_update,
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


def find(query, at=MONDAY, **filters):
    """Return the uids of the hits."""
    return [hit.uid for hit in search(ParsedQuery.parse(query), Filters(**filters), at=at).hits]


def dump_index():
    """Return the whole content of the search index as one text."""
    rows = [*SearchDocument.objects.values(), *Mention.objects.values(), *Spelling.objects.values()]
    return f"{rows} {list_indexed_words()}"


def reword(story, words, editor):
    story.headline = words
    story.save()
    revisions.record_revision(story, by=editor)


def test_a_story_is_found_by_its_texts_and_by_the_names_in_it(editor):
    outlet, topic = make_outlet(name="The Norrhavn Post"), make_topic(name="Corvane ferry")
    question = make_published_question(question="Who paints the buoys?")
    story = make_published_story(
        headline="Why barges wait for months", standfirst="Captains **complain**.", outlets=(outlet,), topics=(topic,),
        questions=(question,), texts={"happened": "The sluice froze."}, by=editor,
    )  # fmt: skip
    for query in ("barge", "captain complains", "sluice freeze froze", "weighed twice", "norrhavn", "corvane", "buoy"):
        assert (story.uid in find(query)) is ("freeze" not in query), query
    assert find("sluice", section="happened") == [story.uid]
    assert find("sluice", section="behind") == []
    assert find("weighed", section="papers", outlet=outlet.uid, topic=topic.uid) == [story.uid]


def test_a_question_is_found_by_its_answers(editor):
    question = make_published_question(question="Who paints the buoys?", introduction="On maintenance.", by=editor)
    assert find("buoy") == find("maintenance") == find("permit signed pillar") == [question.uid]


@pytest.mark.parametrize(("state", "hidden"), [("open", "kestrel"), ("answered", "logbook")])
def test_a_question_is_not_found_by_what_its_state_hides(state, hidden, editor):
    fields = {"short_answer": "A kestrel cut the cable.", "missing": "The logbook.", "introduction": "The alarm."}
    question = make_published_question(answer_state=state, by=editor, **fields)
    found = {word for word in ("kestrel", "logbook") if question.uid in find(word)}
    assert found == {"kestrel", "logbook"} - {hidden}


def test_a_scheduled_page_changes_no_search_result_before_its_time(editor):
    topic = make_topic(name="Qxcorvane")
    story = make_story(headline="Why qxbarges wait for months", topics=(topic,), language="de")
    publishing.schedule(story, by=editor, at=FRIDAY)
    before = FRIDAY - timedelta(microseconds=1)
    assert find("qxbarges", before) == find("qxcorvane", before) == suggest("qxb", at=before) == []
    assert search(ParsedQuery.parse("qxbarge qxcorvan"), Filters(), at=before).did_you_mean == ""
    assert set(find("qxcorvane", FRIDAY)) == {story.uid, topic.uid}
    assert search(ParsedQuery.parse("qxbargess"), Filters(), at=FRIDAY).did_you_mean == "qxbarges"


def test_an_update_replaces_the_previous_edition_in_the_index(editor, set_time):
    story = make_published_story(headline="Why barges wait for months", by=editor)
    reword(story, "Why tugs wait for months", editor)
    publishing.schedule(story, by=editor, at=FRIDAY, change=make_update())
    assert (find("barge"), find("tug")) == ([story.uid], [])
    assert (find("barge", FRIDAY), find("tug", FRIDAY)) == ([], [story.uid])
    set_time.go(to=FRIDAY + timedelta(days=1))
    reword(story, "Why rafts wait for months", editor)
    publishing.publish(story, by=editor, change=make_update())
    assert SearchDocument.objects.filter(uid=story.uid).count() == 1
    assert not Spelling.objects.filter(word__in=["barges", "tugs"]).exists()


def test_cancelling_a_schedule_leaves_the_live_edition_in_the_index(editor):
    story = make_published_story(headline="Why barges wait for months", by=editor)
    reword(story, "Why tugs wait for months", editor)
    edition = publishing.schedule(story, by=editor, at=FRIDAY, change=make_update())
    publishing.cancel_schedule(edition, by=editor)
    assert (find("barge", FRIDAY), find("tug", FRIDAY)) == ([story.uid], [])
    assert "tugs" not in dump_index()


def test_a_withdrawn_page_is_no_longer_found(editor, set_time):
    story = make_published_story(headline="Why barges wait for months", by=editor)
    set_time.go(hours=1)
    publishing.withdraw(story, by=editor, notice="It was wrong.")
    assert find("barge", MONDAY + timedelta(hours=2)) == []
    assert "barge" not in dump_index()


def test_a_page_is_found_until_it_expires(editor):
    story = make_published_story(headline="Why barges wait for months", by=editor)
    publishing.schedule_expiry(story, by=editor, at=FRIDAY, notice="It was for this week.")
    assert (find("barge"), find("barge", FRIDAY)) == ([story.uid], [])


def test_entries_have_the_span_of_their_edition(editor):
    story = make_published_story(by=editor)
    for day, words in enumerate(("One", "Two", "Three"), 1):
        reword(story, f"{words} piers of Port Lisle", editor)
        publishing.schedule(story, by=editor, at=MONDAY + timedelta(days=day), change=make_update())
    spans = {edition.pk: (edition.live_from, edition.live_until) for edition in Edition.objects.filter(work=story)}
    rows = SearchDocument.objects.filter(uid=story.uid)
    assert {row.edition: (row.live_from, row.live_until) for row in rows} == spans
    for mention in Mention.objects.filter(document__in=rows).select_related("document"):
        assert (mention.live_from, mention.live_until) == spans[mention.document.edition]


def test_no_word_of_a_draft_is_indexed(editor):
    make_story(headline="Why qxbarges wait for months", topics=(make_topic(name="Qxcorvane", aliases=("Qxvane",)),))
    make_question(question="Who paints qxbuoys?")
    assert "qx" not in dump_index()


def test_a_topic_is_found_by_its_current_name_description_and_aliases(editor, curator):
    topic = make_topic(name="Corvane ferry", description="A *slow* boat.")
    make_published_story(topics=(topic,), by=editor)
    assert find("ferry", kinds=frozenset({"topic"})) == find("slow boat") == [topic.uid]
    topic.name, topic.description = "Corvane shuttle", ""
    topic.save()
    topic.set_aliases(["The old packet"])
    assert find("shuttle") == find("packet") == [topic.uid]
    assert find("slow boat") == []
    topic.set_aliases([])
    assert find("packet") == []


def test_an_alias_is_never_suggested_as_a_spelling(editor):
    outlet = make_outlet(name="The Norrhavn Post", aliases=("Qxplagiarist",))
    make_published_story(outlets=(outlet,), by=editor)
    assert find("qxplagiarist") == [outlet.uid]
    assert search(ParsedQuery.parse("qxplagiaris"), Filters(), at=MONDAY).did_you_mean == ""
    assert not Spelling.objects.filter(word="qxplagiarist").exists()


def test_an_outlet_is_found_as_before_after_a_change_is_undone(editor, administrator, administrator_client):
    outlet = make_outlet(name="The Norrhavn Post", slug="post")
    make_published_story(outlets=(outlet,), by=editor)
    form = {"name": "The Norrhavn Mail", "kind": "newspaper", "slug": "post", "aliases": "Havnmail"}
    administrator_client.post(f"/admin/stories/outlet/{outlet.pk}/change/", form)
    assert find("havnmail") == [outlet.uid]
    undo.undo(Event.objects.about(outlet.uid)[0], by=administrator)
    assert outlet.uid in find("post")
    assert find("havnmail") == []


def test_a_merged_topic_is_found_as_the_remaining_one(editor, curator):
    merged, remaining = make_topic(name="Corvane ferry"), make_topic(name="Corvane line")
    story = make_published_story(headline="Why barges wait for months", topics=(merged,), by=editor)
    merge_topics(merged, remaining, by=curator)
    assert find("barge", topic=remaining.uid) == [story.uid]
    assert find("ferry", kinds=frozenset({"topic"})) == find("line", kinds=frozenset({"topic"})) == [remaining.uid]
    later_story = make_published_story(headline="Why tugs wait for months", topics=(remaining,), by=editor)
    assert find("tug", topic=remaining.uid) == [later_story.uid]


def test_no_word_of_a_deleted_outlet_remains_in_the_index(editor, administrator):
    outlet = make_outlet(name="The Qxnorrhavn Post")
    story = make_published_story(outlets=(outlet, make_outlet(), make_outlet()), by=editor)
    assert "qxnorrhavn" in dump_index()
    erase.erase_work(story, by=administrator, reason=ORDER)
    assert not Outlet.objects.filter(pk=outlet.pk).exists()
    assert "qxnorrhavn" not in dump_index()


def test_no_word_of_topics_deleted_in_the_list_remains_in_the_index(administrator_client):
    topic = make_topic(name="Qxcorvane ferry")
    topic.index()
    form = {"action": "delete_selected", "_selected_action": [topic.pk], "post": "yes"}
    administrator_client.post("/admin/topics/topic/", form)
    assert not Topic.objects.filter(pk=topic.pk).exists()
    assert "qxcorvane" not in dump_index()


def test_no_word_of_an_erased_edition_or_passage_remains_in_the_index(editor, administrator):
    story = make_published_story(
        headline="Why qxbarges wait for months", texts={"behind": "The qxsluice froze."}, by=editor
    )
    erase.erase_passage(story, Section.objects.get(story=story, kind="behind").uid, by=administrator, reason=ORDER)
    assert "qxsluice" not in dump_index()
    assert find("qxbarges") == [story.uid]
    Section.objects.create(story=story, kind="behind", heading="Behind it", text="The quay was too short.")
    reword(story, "Why tugs wait for months", editor)
    publishing.publish(story, by=editor, change=make_update())
    erase.erase_edition(Edition.objects.get(work=story, number=1), by=administrator, reason=ORDER)
    assert "qxbarges" not in dump_index()
    assert find("tug", MONDAY + timedelta(hours=1)) == [story.uid]


def test_indexing_again_gives_the_same_index(editor, set_time):
    topic = make_topic(name="Corvane ferry", aliases=("The packet",))
    story = make_published_story(headline="Why barges wait for months", topics=(topic,), by=editor)
    question = make_published_question(by=editor)
    publishing.schedule(make_story(headline="Why tugs wait for months"), by=editor, at=FRIDAY)
    publishing.withdraw(question, by=editor, notice="It was wrong.")
    set_time.go(hours=1)
    words, queries = list_stored_words(), ("barge", "corvane", "packet", "wait")
    results = [(find(query), find(query, FRIDAY)) for query in queries]
    index.empty_index()
    assert find("barge") == []
    output = StringIO()
    call_command("reindex", stdout=output)
    assert "indexed" in output.getvalue()
    assert list_stored_words() == words
    assert [(find(query), find(query, FRIDAY)) for query in queries] == results
    assert story.uid in find("barge")


def list_stored_words():
    return set(Spelling.objects.values_list("word", flat=True)), list_indexed_words()


def test_stopping_the_command_prints_the_progress(editor, monkeypatch):
    def stop_early():
        yield search_index.Progress(3, 9)
        raise KeyboardInterrupt

    monkeypatch.setattr("stories.management.commands.reindex.reindex", stop_early)
    with pytest.raises(CommandError, match="Stopped at 3 of 9"):
        call_command("reindex")


def test_migrating_fills_an_empty_index(editor):
    story = make_published_story(headline="Why barges wait for months", by=editor)
    index.empty_index()
    output, second_output = StringIO(), StringIO()
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default", stdout=output)
    assert find("barge") == [story.uid]
    assert "Indexed for search" in output.getvalue()
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default", stdout=second_output)
    assert second_output.getvalue() == ""
