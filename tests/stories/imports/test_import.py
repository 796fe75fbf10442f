"""Texts are matched against what the site has, taken in whole or not at all, and never twice."""

import json
from datetime import date
from uuid import uuid4

import pytest

from newsroom.accounts.permissions import NotAllowedError
from newsroom.audit.models import Event
from newsroom.http import clock
from stories import drafts, imports
from stories.documents import AskedQuestion, Explainer, NamedTopic, QuestionPage
from stories.documents.export import to_json, to_markdown, to_text
from stories.documents.parse import UnreadableDocumentError
from stories.drafts import revisions
from stories.models import FAQ, Document, Edition, Import, Outlet, Revision, Section, Story, StoryQuestion, Work
from stories.publishing import publish
from tests.factories import make_article, make_outlet, make_question, make_story, make_topic, make_user

pytestmark = pytest.mark.django_db

TEXT = """What's happened
The Kelmar barrier closed on Monday for the first time in nine years, and Port Lisle stayed dry.
What's behind the headline?
A spring tide met a storm.
What the papers say
Ansgar Wire reports that the gates held. Radio Tessen notes that a pump failed. All sources agree on the date.
How we got here
It was built after the great flood.
Go deeper
Common question
-
Why Was the Kelmar Barrier Closed?
A tide met a storm. We explain who decides.
More on these topics
-
Port Lisle is a harbour city.
-
Kelmar is a river.
"""
PAGE = """A tide met a storm. We explain who decides.
Who closes the gates?
The harbour office does.
How long do they stay shut?
Until the tide falls.
"""


def read(text: str | bytes, **options: object) -> imports.PreparedImport:
    data = text if isinstance(text, bytes) else text.encode()
    return imports.prepare_import(data, **{"name": "a.txt", "at": clock.now(), **options})  # type: ignore[arg-type]


def take(text: str | bytes, *, by=None, publish: bool = False, **options: object) -> Work:
    publication = imports.PublicationOptions() if publish else None
    return imports.save_import(read(text, **options), by=by, publication=publication)


def topics_of(work: Work) -> list[tuple[str, str]]:
    return [(topic.name, topic.description) for topic in drafts.build_document(work).topics]


def change(work: Work, word: str, other: str) -> None:
    """Edit a word on the desk and save."""
    section = Section.objects.filter(story=work.pk, text__contains=word).get()
    section.text = section.text.replace(word, other)
    section.save()
    revisions.record_revision(Work.objects.get(pk=work.pk), by=None)


def test_reading_writes_nothing():
    read(TEXT)
    assert (Work.objects.count(), Import.objects.count(), Document.objects.count()) == (0, 0, 0)


def test_a_text_becomes_a_draft_with_a_revision_and_an_event(writer):
    make_outlet(name="Radio Tessen")
    topic = make_topic(name="Port Lisle")
    work = take(TEXT, by=writer)
    document = drafts.build_document(work)
    assert isinstance(document, Explainer)
    assert (work.owner, work.slug) == (
        writer,
        "the-kelmar-barrier-closed-on-monday-for-the-first-time-in-nine-years-and-port",
    )
    assert [[outlet.name for outlet in passage.outlets] for passage in document.passages] == [
        ["Ansgar Wire"],
        ["Radio Tessen"],
        [],
    ]
    assert [named.topic for named in document.topics] == [topic.uid, None]
    assert to_text(document).split() == TEXT.split()
    assert Revision.objects.filter(work=work).count() == 1
    assert not document.headline_confirmed
    assert Event.objects.about(work.uid).get().verb == "imported"


def test_an_unknown_outlet_is_proposed_and_never_made():
    take(TEXT)
    assert not Outlet.objects.exists()


def test_a_merged_outlet_leads_to_the_one_it_was_merged_into():
    wire = make_outlet(name="The Wire of Ansgar")
    make_outlet(name="Ansgar Wire", merged_into=wire)
    document = read(TEXT).document
    assert isinstance(document, Explainer)
    assert [outlet.uid for outlet in document.passages[0].outlets] == [wire.uid]


def test_the_same_file_is_unchanged_whatever_happened_to_the_story():
    work = take(TEXT)
    change(work, "dry", "wet")
    again = read(TEXT)
    assert again.is_unchanged
    assert imports.save_import(again, by=None) == work
    assert Revision.objects.filter(work=work).count() == 2
    assert Import.objects.count() == 1


def test_another_text_without_identity_is_another_draft_with_a_note():
    take(TEXT)
    reading = read(TEXT.replace("nine years", "ten years"))
    assert "similar-story" in {note.code for note in reading.notes}
    assert reading.work is None
    imports.save_import(reading, by=None)
    assert Story.objects.count() == 2


@pytest.mark.parametrize("write", [to_json, to_markdown])
def test_an_exported_draft_comes_in_unchanged(write):
    make_outlet(name="Ansgar Wire")
    work = take(TEXT)
    before = drafts.build_document(work)
    reading = read(write(before), name="")
    assert reading.is_unchanged
    assert reading.document == before


@pytest.mark.parametrize("write", [to_json, to_markdown])
def test_a_changed_export_is_a_new_revision(write):
    work = take(TEXT)
    take(write(drafts.build_document(work)).replace("stayed dry", "stayed calm"), name="")
    document = drafts.build_document(work)
    assert "stayed calm" in to_text(document)
    assert Revision.objects.filter(work=work).count() == 2
    assert Story.objects.count() == 1


def test_a_changed_export_is_refused_naming_the_places_that_somebody_edited_in_between():
    work = take(TEXT)
    mine = to_json(drafts.build_document(work)).replace("stayed dry", "stayed calm")
    change(work, "stayed dry", "stayed wet")
    with pytest.raises(imports.ConflictError) as refused:
        read(mine)
    (place,) = refused.value.conflicts
    assert place.label == "What's happened, text"
    assert "stayed dry" in place.base
    assert "stayed wet" in place.theirs
    assert "stayed calm" in place.mine
    assert "The desk says now: The Kelmar barrier" in refused.value.message
    assert "stayed wet" in to_text(drafts.build_document(work))


def test_the_same_change_brought_in_twice_at_once_is_made_once():
    work = take(TEXT)
    mine = to_json(drafts.build_document(work)).replace("stayed dry", "stayed calm")
    first, second = read(mine), read(mine)
    assert imports.save_import(first, by=None) == imports.save_import(second, by=None)
    assert Revision.objects.filter(work=work).count() == 2


def test_an_edit_between_reading_and_taking_in_is_not_lost():
    work = take(TEXT)
    reading = read(to_json(drafts.build_document(work)).replace("stayed dry", "stayed calm"))
    change(work, "stayed dry", "stayed wet")
    with pytest.raises(imports.ConflictError):
        imports.save_import(reading, by=None)
    assert "stayed wet" in to_text(drafts.build_document(work))


def test_a_text_goes_on_with_the_story_it_is_sent_into():
    wire = make_outlet(name="Ansgar Wire")
    story = make_story(articles=(make_article(outlet=wire),), byline=("Ada Holm",))
    before = drafts.build_document(story)
    work = take(TEXT, into=Work.objects.get(pk=story.pk))
    after = drafts.build_document(work)
    assert isinstance(before, Explainer)
    assert isinstance(after, Explainer)
    assert (after.uid, after.headline, after.headline_confirmed) == (before.uid, before.headline, True)
    assert (after.byline, after.citations) == (before.byline, before.citations)
    assert to_text(after).split() == TEXT.split()


def test_a_document_of_another_identity_takes_the_address_of_the_story_it_is_sent_into():
    other = read(TEXT).document.changed(slug="elsewhere")
    story = make_story(slug="gate")
    work = take(to_json(other), into=Work.objects.get(pk=story.pk))
    assert (work.pk, work.uid, work.slug) == (story.pk, story.uid, "gate")
    assert to_text(drafts.build_document(work)).split() == TEXT.split()


def test_only_the_section_that_was_edited_differs_in_the_export():
    work = take(TEXT)
    before = to_text(drafts.build_document(work)).splitlines()
    change(work, "storm", "gale")
    after = to_text(drafts.build_document(work)).splitlines()
    assert [(old, new) for old, new in zip(before, after, strict=True) if old != new] == [
        ("A spring tide met a storm.", "A spring tide met a gale.")
    ]


def test_a_question_with_the_same_introduction_is_one_question():
    faq = make_question(
        question="Why was the Kelmar barrier closed?", introduction="A tide met a storm. We explain who decides."
    )
    take(TEXT)
    assert StoryQuestion.objects.get().faq == faq
    assert FAQ.objects.count() == 1


def test_a_question_in_a_story_of_the_same_topic_is_one_question():
    topic = make_topic(name="Port Lisle")
    faq = make_question(question="Why was the Kelmar Barrier closed?", introduction="Something else.")
    make_story(topics=(topic,), questions=(faq,))
    work = take(TEXT)
    assert StoryQuestion.objects.get(story=work.pk).faq == faq


def test_a_question_that_only_looks_the_same_comes_in_apart_with_a_note():
    make_question(question="Why was the Kelmar barrier closed?", introduction="Something else.")
    reading = read(TEXT)
    assert [note.line for note in reading.notes if note.code == "question-similar"] == [12]
    imports.save_import(reading, by=None)
    assert FAQ.objects.count() == 2


def test_a_question_page_fills_the_question_with_its_introduction():
    take(TEXT)
    faq = FAQ.objects.get()
    work = take(PAGE)
    document = drafts.build_document(work)
    assert isinstance(document, QuestionPage)
    assert work.pk == faq.pk
    assert (document.question, len(document.answers)) == ("Why Was the Kelmar Barrier Closed?", 2)


def test_a_page_that_came_first_gets_its_question_from_the_story():
    page = take(PAGE)
    take(TEXT)
    faq = FAQ.objects.get()
    assert (faq.pk, faq.question, faq.answers.count()) == (page.pk, "Why Was the Kelmar Barrier Closed?", 2)


def test_a_file_that_was_read_twice_is_taken_in_once():
    first, second = read(TEXT), read(TEXT)
    assert imports.save_import(first, by=None) == imports.save_import(second, by=None)
    assert Story.objects.count() == 1


def test_a_question_page_fills_the_question_that_a_story_introduces_so():
    faq = make_question(question="Who runs the gates?", answers=0)
    story = make_story(questions=(faq,))
    StoryQuestion.objects.filter(story=story).update(teaser="A tide met a storm. We explain who decides.")
    assert take(PAGE).pk == faq.pk


def test_a_question_worded_so_in_another_story_is_one_question():
    faq = make_question(question="Who runs the gates?", introduction="Something else.")
    story = make_story(questions=(faq,))
    StoryQuestion.objects.filter(story=story).update(
        wording="Why was the Kelmar barrier closed?", teaser="A tide met a storm. We explain who decides."
    )
    work = take(TEXT)
    assert StoryQuestion.objects.get(story=work.pk).faq == faq


def test_a_question_of_a_confirmed_topic_is_one_question():
    topic = make_topic(name="Haven of Lisle", aliases=("Port Lisle",))
    faq = make_question(question="Why was the Kelmar barrier closed?", introduction="Else.", topics=(topic,))
    work = take(TEXT)
    assert StoryQuestion.objects.get(story=work.pk).faq == faq


def test_what_readers_see_already_is_no_reason_to_refuse(editor):
    text = ready(date(2026, 11, 9)).replace(b"third pillar", b"fourth pillar")
    work = take(text, by=editor, publish=True)
    assert take(text, by=editor, publish=True) == work
    assert Edition.objects.filter(work=work).count() == 1


def test_nobody_publishes_for_nobody():
    with pytest.raises(UnreadableDocumentError, match="somebody"):
        take(ready(date(2026, 11, 9)), publish=True)


def test_a_question_page_of_its_own_has_no_question_until_somebody_gives_it():
    work = take(PAGE)
    page = drafts.build_document(work)
    assert isinstance(page, QuestionPage)
    assert (page.question, page.question_confirmed) == ("", False)
    named = drafts.build_document(take(PAGE + "Who pays?\nThe city.\n", headline="Who runs the barrier?"))
    assert isinstance(named, QuestionPage)
    assert (named.question, named.question_confirmed) == ("Who runs the barrier?", True)


def test_answers_keep_their_uids_and_dates_when_a_page_is_brought_in_again():
    faq = make_question(answers=1, question="Who runs it?", introduction="A tide met a storm. We explain who decides.")
    old = drafts.build_document(faq)
    assert isinstance(old, QuestionPage)
    page = f"{old.introduction}\n{old.answers[0].question}\nNobody signs it.\n"
    new = drafts.build_document(take(page))
    assert isinstance(new, QuestionPage)
    assert (new.uid, new.answers[0].uid) == (old.uid, old.answers[0].uid)
    assert new.answers[0].text == "Nobody signs it."


def test_a_page_cannot_go_on_as_a_story():
    faq = make_question()
    with pytest.raises(UnreadableDocumentError, match="is a story"):
        read(TEXT, into=Work.objects.get(pk=faq.pk))


def test_what_lies_in_the_bin_is_not_gone_on_with():
    story = make_story(binned_at=clock.now())
    with pytest.raises(UnreadableDocumentError, match="bin"):
        read(TEXT, into=Work.objects.get(pk=story.pk))


def test_somebody_without_the_right_brings_nothing_in():
    with pytest.raises(NotAllowedError):
        take(TEXT, by=make_user(role="Curator"))
    assert not Work.objects.exists()


def test_a_picture_that_is_not_here_leaves_nothing_behind():
    body = json.loads(to_json(read(TEXT).document))
    uid = body["uid"]
    body["pictures"] = [{"uid": uid, "image": uid}]
    with pytest.raises(UnreadableDocumentError, match="not in the library"):
        take(json.dumps(body))
    assert (Work.objects.count(), Import.objects.count()) == (0, 0)


def ready(day: date) -> bytes:
    """A story that passes every check, as JSON."""
    wires = [make_outlet(name=name) for name in ("Ansgar Wire", "Radio Tessen")]
    story = make_story(
        outlets=tuple(wires),
        articles=tuple(make_article(outlet=wire, published_on=day) for wire in wires),
        byline=("Ada Holm",),
    )
    return to_json(drafts.build_document(story)).encode()


def test_an_editor_publishes_on_the_way_in(editor):
    text = ready(date(2026, 11, 9)).replace(b"third pillar", b"fourth pillar")
    work = take(text, by=editor, publish=True)
    assert "fourth pillar" in str(Edition.objects.live(clock.now()).get(work=work).fragments)


def test_what_cannot_be_published_does_not_come_in_either(editor):
    with pytest.raises(UnreadableDocumentError, match="cannot be published yet"):
        take(TEXT, by=editor, publish=True)
    assert (Work.objects.count(), Import.objects.count()) == (0, 0)


def test_a_writer_cannot_publish_on_the_way_in(writer):
    with pytest.raises(NotAllowedError):
        take(ready(date(2026, 11, 9)), by=writer, publish=True)


def test_an_export_of_what_readers_see_is_refused_when_the_draft_has_gone_on(editor):
    text = ready(date(2026, 11, 9))
    work = Work.objects.get()
    publish(work, by=editor)
    change(work, "third", "fifth")
    with pytest.raises(imports.ConflictError):
        read(text.replace(b"third pillar", b"fourth pillar"))


def test_a_question_that_a_story_brings_along_gets_its_topics():
    topic = make_topic(name="Port Lisle")
    story = take(TEXT)
    question = FAQ.objects.get()
    assert topics_of(question) == topics_of(story) != []
    assert question.work_topics.get(topic=topic).topic == topic


def test_questions_of_many_stories_get_the_topics_of_the_first_that_asks_them(writer):
    topics = {name: make_topic(name=name) for name in ("Port Lisle", "Kelmar")}
    asked = AskedQuestion(uid=uuid4(), question="Who closes the gates?")
    stories = [
        Explainer(
            uid=uuid4(),
            slug="",
            questions=(asked,),
            topics=(NamedTopic(uid=uuid4(), topic=topic.uid, name=name, description=""),),
        )
        for name, topic in topics.items()
    ]
    imports.save_imports([read(story.canonical(), name="a.json") for story in stories], by=writer)
    assert topics_of(FAQ.objects.get()) == [("Port Lisle", "")]


def test_a_question_that_is_here_keeps_its_own_topics():
    question = make_question(
        question="Why Was the Kelmar Barrier Closed?", introduction="A tide met a storm. We explain who decides."
    )
    take(TEXT)
    assert (FAQ.objects.get(), topics_of(question)) == (question, [])
