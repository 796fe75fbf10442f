"""Imports: matching with existing outlets, topics, questions and works, permissions, and publishing."""

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


def prepare(text: str | bytes, **options: object) -> imports.PreparedImport:
    data = text if isinstance(text, bytes) else text.encode()
    return imports.prepare_import(data, **{"name": "a.txt", "at": clock.now(), **options})  # type: ignore[arg-type]


def save(text: str | bytes, *, by=None, publish: bool = False, **options: object) -> Work:
    publication = imports.PublicationOptions() if publish else None
    return imports.save_import(prepare(text, **options), by=by, publication=publication)


def list_topics(work: Work) -> list[tuple[str, str]]:
    return [(topic.name, topic.description) for topic in drafts.build_document(work).topics]


def edit_section(work: Work, word: str, replacement: str) -> None:
    """Replace ``word`` in the section that contains it, and save a revision."""
    section = Section.objects.filter(story=work.pk, text__contains=word).get()
    section.text = section.text.replace(word, replacement)
    section.save()
    revisions.record_revision(Work.objects.get(pk=work.pk), by=None)


def test_preparing_an_import_writes_nothing():
    prepare(TEXT)
    assert (Work.objects.count(), Import.objects.count(), Document.objects.count()) == (0, 0, 0)


def test_a_text_becomes_a_draft_with_a_revision_and_an_audit_entry(writer):
    make_outlet(name="Radio Tessen")
    topic = make_topic(name="Port Lisle")
    work = save(TEXT, by=writer)
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
    assert [named_topic.topic for named_topic in document.topics] == [topic.uid, None]
    assert to_text(document).split() == TEXT.split()
    assert Revision.objects.filter(work=work).count() == 1
    assert not document.headline_confirmed
    assert Event.objects.about(work.uid).get().verb == "imported"


def test_an_unknown_outlet_is_proposed_but_not_created():
    save(TEXT)
    assert not Outlet.objects.exists()


def test_the_name_of_a_merged_outlet_matches_the_remaining_outlet():
    wire = make_outlet(name="The Wire of Ansgar")
    make_outlet(name="Ansgar Wire", merged_into=wire)
    document = prepare(TEXT).document
    assert isinstance(document, Explainer)
    assert [outlet.uid for outlet in document.passages[0].outlets] == [wire.uid]


def test_importing_the_same_file_again_changes_nothing():
    work = save(TEXT)
    edit_section(work, "dry", "wet")
    again = prepare(TEXT)
    assert again.is_unchanged
    assert imports.save_import(again, by=None) == work
    assert Revision.objects.filter(work=work).count() == 2
    assert Import.objects.count() == 1


def test_a_similar_text_without_a_uid_is_a_new_draft_with_a_note():
    save(TEXT)
    prepared = prepare(TEXT.replace("nine years", "ten years"))
    assert "similar-story" in {note.code for note in prepared.notes}
    assert prepared.work is None
    imports.save_import(prepared, by=None)
    assert Story.objects.count() == 2


@pytest.mark.parametrize("export", [to_json, to_markdown])
def test_an_exported_draft_is_imported_without_changes(export):
    make_outlet(name="Ansgar Wire")
    work = save(TEXT)
    before = drafts.build_document(work)
    prepared = prepare(export(before), name="")
    assert prepared.is_unchanged
    assert prepared.document == before


@pytest.mark.parametrize("export", [to_json, to_markdown])
def test_a_changed_export_is_a_new_revision(export):
    work = save(TEXT)
    save(export(drafts.build_document(work)).replace("stayed dry", "stayed calm"), name="")
    document = drafts.build_document(work)
    assert "stayed calm" in to_text(document)
    assert Revision.objects.filter(work=work).count() == 2
    assert Story.objects.count() == 1


def test_a_changed_export_is_refused_with_the_places_edited_at_the_desk():
    work = save(TEXT)
    mine = to_json(drafts.build_document(work)).replace("stayed dry", "stayed calm")
    edit_section(work, "stayed dry", "stayed wet")
    with pytest.raises(imports.ConflictError) as error:
        prepare(mine)
    (place,) = error.value.conflicts
    assert place.label == "What's happened, text"
    assert "stayed dry" in place.base
    assert "stayed wet" in place.theirs
    assert "stayed calm" in place.mine
    for text in (place.label, place.base, place.theirs, place.mine):
        assert text.strip() in error.value.message
    assert "stayed wet" in to_text(drafts.build_document(work))


def test_the_same_change_imported_twice_at_once_is_saved_once():
    work = save(TEXT)
    mine = to_json(drafts.build_document(work)).replace("stayed dry", "stayed calm")
    first, second = prepare(mine), prepare(mine)
    assert imports.save_import(first, by=None) == imports.save_import(second, by=None)
    assert Revision.objects.filter(work=work).count() == 2


def test_an_edit_between_preparing_and_saving_is_not_lost():
    work = save(TEXT)
    prepared = prepare(to_json(drafts.build_document(work)).replace("stayed dry", "stayed calm"))
    edit_section(work, "stayed dry", "stayed wet")
    with pytest.raises(imports.ConflictError):
        imports.save_import(prepared, by=None)
    assert "stayed wet" in to_text(drafts.build_document(work))


def test_a_text_changes_the_given_story():
    wire = make_outlet(name="Ansgar Wire")
    story = make_story(articles=(make_article(outlet=wire),), byline=("Ada Holm",))
    before = drafts.build_document(story)
    work = save(TEXT, into=Work.objects.get(pk=story.pk))
    after = drafts.build_document(work)
    assert isinstance(before, Explainer)
    assert isinstance(after, Explainer)
    assert (after.uid, after.headline, after.headline_confirmed) == (before.uid, before.headline, True)
    assert (after.byline, after.citations) == (before.byline, before.citations)
    assert to_text(after).split() == TEXT.split()


def test_a_document_with_another_uid_gets_the_uid_and_slug_of_the_given_story():
    other = prepare(TEXT).document.changed(slug="elsewhere")
    story = make_story(slug="gate")
    work = save(to_json(other), into=Work.objects.get(pk=story.pk))
    assert (work.pk, work.uid, work.slug) == (story.pk, story.uid, "gate")
    assert to_text(drafts.build_document(work)).split() == TEXT.split()


def test_only_the_edited_section_differs_in_the_export():
    work = save(TEXT)
    before = to_text(drafts.build_document(work)).splitlines()
    edit_section(work, "storm", "gale")
    after = to_text(drafts.build_document(work)).splitlines()
    assert [(old, new) for old, new in zip(before, after, strict=True) if old != new] == [
        ("A spring tide met a storm.", "A spring tide met a gale.")
    ]


def test_a_question_with_the_same_introduction_is_reused():
    faq = make_question(
        question="Why was the Kelmar barrier closed?", introduction="A tide met a storm. We explain who decides."
    )
    save(TEXT)
    assert StoryQuestion.objects.get().faq == faq
    assert FAQ.objects.count() == 1


def test_a_question_in_a_story_with_the_same_topic_is_reused():
    topic = make_topic(name="Port Lisle")
    faq = make_question(question="Why was the Kelmar Barrier closed?", introduction="Something else.")
    make_story(topics=(topic,), questions=(faq,))
    work = save(TEXT)
    assert StoryQuestion.objects.get(story=work.pk).faq == faq


def test_a_question_with_only_the_same_wording_is_a_new_one_with_a_note():
    make_question(question="Why was the Kelmar barrier closed?", introduction="Something else.")
    prepared = prepare(TEXT)
    assert [note.line for note in prepared.notes if note.code == "question-similar"] == [12]
    imports.save_import(prepared, by=None)
    assert FAQ.objects.count() == 2


def test_a_question_page_completes_the_question_with_the_same_introduction():
    save(TEXT)
    faq = FAQ.objects.get()
    work = save(PAGE)
    document = drafts.build_document(work)
    assert isinstance(document, QuestionPage)
    assert work.pk == faq.pk
    assert (document.question, len(document.answers)) == ("Why Was the Kelmar Barrier Closed?", 2)


def test_a_question_page_imported_first_gets_its_question_from_the_story():
    page = save(PAGE)
    save(TEXT)
    faq = FAQ.objects.get()
    assert (faq.pk, faq.question, faq.answers.count()) == (page.pk, "Why Was the Kelmar Barrier Closed?", 2)


def test_a_file_prepared_twice_is_saved_once():
    first, second = prepare(TEXT), prepare(TEXT)
    assert imports.save_import(first, by=None) == imports.save_import(second, by=None)
    assert Story.objects.count() == 1


def test_a_question_page_completes_the_question_with_the_same_teaser():
    faq = make_question(question="Who runs the gates?", answers=0)
    story = make_story(questions=(faq,))
    StoryQuestion.objects.filter(story=story).update(teaser="A tide met a storm. We explain who decides.")
    assert save(PAGE).pk == faq.pk


def test_a_question_with_the_same_wording_in_another_story_is_reused():
    faq = make_question(question="Who runs the gates?", introduction="Something else.")
    story = make_story(questions=(faq,))
    StoryQuestion.objects.filter(story=story).update(
        wording="Why was the Kelmar barrier closed?", teaser="A tide met a storm. We explain who decides."
    )
    work = save(TEXT)
    assert StoryQuestion.objects.get(story=work.pk).faq == faq


def test_a_question_with_a_confirmed_topic_in_common_is_reused():
    topic = make_topic(name="Haven of Lisle", aliases=("Port Lisle",))
    faq = make_question(question="Why was the Kelmar barrier closed?", introduction="Else.", topics=(topic,))
    work = save(TEXT)
    assert StoryQuestion.objects.get(story=work.pk).faq == faq


def test_publishing_an_unchanged_import_again_is_not_refused(editor):
    text = make_publishable_json(date(2026, 11, 9)).replace(b"third pillar", b"fourth pillar")
    work = save(text, by=editor, publish=True)
    assert save(text, by=editor, publish=True) == work
    assert Edition.objects.filter(work=work).count() == 1


def test_publishing_without_a_user_is_refused():
    with pytest.raises(UnreadableDocumentError, match="an account that can publish"):
        save(make_publishable_json(date(2026, 11, 9)), publish=True)


def test_a_new_question_page_has_no_question_unless_one_is_given():
    work = save(PAGE)
    page = drafts.build_document(work)
    assert isinstance(page, QuestionPage)
    assert (page.question, page.question_confirmed) == ("", False)
    new_page = drafts.build_document(save(PAGE + "Who pays?\nThe city.\n", headline="Who runs the barrier?"))
    assert isinstance(new_page, QuestionPage)
    assert (new_page.question, new_page.question_confirmed) == ("Who runs the barrier?", True)


def test_answers_keep_their_uids_if_a_page_is_imported_again():
    faq = make_question(answers=1, question="Who runs it?", introduction="A tide met a storm. We explain who decides.")
    old = drafts.build_document(faq)
    assert isinstance(old, QuestionPage)
    page = f"{old.introduction}\n{old.answers[0].question}\nNobody signs it.\n"
    new = drafts.build_document(save(page))
    assert isinstance(new, QuestionPage)
    assert (new.uid, new.answers[0].uid) == (old.uid, old.answers[0].uid)
    assert new.answers[0].text == "Nobody signs it."


def test_a_question_page_cannot_be_changed_by_a_story():
    faq = make_question()
    with pytest.raises(UnreadableDocumentError, match="is a story"):
        prepare(TEXT, into=Work.objects.get(pk=faq.pk))


def test_a_work_in_the_trash_cannot_be_changed():
    story = make_story(binned_at=clock.now())
    with pytest.raises(UnreadableDocumentError, match="bin"):
        prepare(TEXT, into=Work.objects.get(pk=story.pk))


def test_a_user_without_permission_cannot_import():
    with pytest.raises(NotAllowedError):
        save(TEXT, by=make_user(role="Curator"))
    assert not Work.objects.exists()


def test_an_unknown_picture_is_refused_and_nothing_is_saved():
    body = json.loads(to_json(prepare(TEXT).document))
    uid = body["uid"]
    body["pictures"] = [{"uid": uid, "image": uid}]
    with pytest.raises(UnreadableDocumentError, match="not in the library"):
        save(json.dumps(body))
    assert (Work.objects.count(), Import.objects.count()) == (0, 0)


def make_publishable_json(day: date) -> bytes:
    """Create a story that passes every check, and return its JSON."""
    outlets = [make_outlet(name=name) for name in ("Ansgar Wire", "Radio Tessen")]
    story = make_story(
        outlets=tuple(outlets),
        articles=tuple(make_article(outlet=wire, published_on=day) for wire in outlets),
        byline=("Ada Holm",),
    )
    return to_json(drafts.build_document(story)).encode()


def test_an_editor_can_publish_an_import(editor):
    text = make_publishable_json(date(2026, 11, 9)).replace(b"third pillar", b"fourth pillar")
    work = save(text, by=editor, publish=True)
    assert "fourth pillar" in str(Edition.objects.live(clock.now()).get(work=work).fragments)


def test_an_import_that_cannot_be_published_is_not_saved(editor):
    with pytest.raises(UnreadableDocumentError, match=r"^Not published\. "):
        save(TEXT, by=editor, publish=True)
    assert (Work.objects.count(), Import.objects.count()) == (0, 0)


def test_a_writer_cannot_publish_an_import(writer):
    with pytest.raises(NotAllowedError):
        save(make_publishable_json(date(2026, 11, 9)), by=writer, publish=True)


def test_an_export_of_the_live_edition_is_refused_if_the_draft_has_changed(editor):
    text = make_publishable_json(date(2026, 11, 9))
    work = Work.objects.get()
    publish(work, by=editor)
    edit_section(work, "third", "fifth")
    with pytest.raises(imports.ConflictError):
        prepare(text.replace(b"third pillar", b"fourth pillar"))


def test_a_new_question_in_a_story_gets_the_topics_of_the_story():
    topic = make_topic(name="Port Lisle")
    story = save(TEXT)
    question = FAQ.objects.get()
    assert list_topics(question) == list_topics(story) != []
    assert question.work_topics.get(topic=topic).topic == topic


def test_a_question_of_several_stories_gets_the_topics_of_the_first(writer):
    topics = {name: make_topic(name=name) for name in ("Port Lisle", "Kelmar")}
    asked_question = AskedQuestion(uid=uuid4(), question="Who closes the gates?")
    stories = [
        Explainer(
            uid=uuid4(),
            slug="",
            questions=(asked_question,),
            topics=(NamedTopic(uid=uuid4(), topic=topic.uid, name=name, description=""),),
        )
        for name, topic in topics.items()
    ]
    imports.save_imports([prepare(story.canonical(), name="a.json") for story in stories], by=writer)
    assert list_topics(FAQ.objects.get()) == [("Port Lisle", "")]


def test_an_existing_question_keeps_its_topics():
    question = make_question(
        question="Why Was the Kelmar Barrier Closed?", introduction="A tide met a storm. We explain who decides."
    )
    save(TEXT)
    assert (FAQ.objects.get(), list_topics(question)) == (question, [])


def test_links_by_name_become_links_by_uid_and_unknown_names_are_noted():
    topic = make_topic(slug="kelmar-barrier")
    story = make_story(slug="nine-gates")
    text = f"""# Why the pier is closed

## What happened

[a](topic:kelmar-barrier), [b](story:nine-gates), [c](topic:{topic.uid})

[d](topic:kelmar-barier)
"""
    prepared = prepare(text, name="a.md", format="markdown")
    written = " ".join(section.text for section in prepared.document.sections)
    assert f"[a](topic:{topic.uid}), [b](story:{story.uid}), [c](topic:{topic.uid})" in written
    assert "[d](topic:kelmar-barier)" in written
    notes = [(note.line, note.message) for note in prepared.notes if note.code == "reference-unknown"]
    assert notes == [(7, "There is no topic “kelmar-barier”. Did you mean “kelmar-barrier”?")]
    hidden = prepare(text, name="a.md", format="markdown", kinds=("story",))
    messages = {note.message for note in hidden.notes if note.code == "reference-unknown"}
    assert messages == {"There is no topic “kelmar-barier”.", "There is no topic “kelmar-barrier”."}
