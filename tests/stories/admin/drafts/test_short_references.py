"""Short references on the form of a work: what it shows, what it stores, and what it refuses."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from stories import drafts
from stories.drafts import revisions
from stories.models import Section, WorkImage
from stories.workflow import autosave
from tests.factories import make_image, make_question, make_story, make_topic, make_user
from tests.stories.admin.form_data import filled, filled_of
from topics.merge import merge_topics

pytestmark = pytest.mark.django_db

UID = re.compile(r"\b(?:topic|picture|story|question):[0-9a-f]{8}-")
HAPPENED = "sections-0-text"


@pytest.fixture
def barrier(db):
    return make_topic(name="Kelmar barrier", slug="kelmar-barrier")


@pytest.fixture
def story(db, barrier):
    """Return a story whose texts refer to a topic, a question and two pictures with the same title."""
    image = make_image(title="Storm barrier")
    question = make_question(slug="who-owns-it")
    story = make_story(
        texts={"happened": ""}, standfirst=f"About the [barrier](topic:{barrier.uid}).", lead_image=image
    )
    first, second = (WorkImage.objects.create(work=story, image=image, alt="Gates.", position=n) for n in range(2))
    text = f"[Who](question:{question.uid})?\n\n![](picture:{first.uid})\n\n![](picture:{second.uid})\n\n[@3] `{first.uid}`"
    Section.objects.filter(story=story, kind="happened").update(text=text)
    WorkImage.objects.filter(pk=first.pk).update(caption=f"[It](topic:{barrier.uid})")
    revisions.record_revision(story, by=None)
    return story


def address_of(work):
    return reverse(work.change_view_name, args=[work.pk])


def list_messages(page):
    return [problem.message for problem in page.context["problems"]]


def new_text(runs):
    return "".join(run.text for run in runs if run.kind != "gone")


def text_of(story, kind="happened"):
    return Section.objects.get(story=story, kind=kind).text


def test_the_form_shows_short_names_and_no_uids(client, editor, story):
    page = client.get(address_of(story))
    form = filled(page)
    assert form["standfirst"] == "About the [barrier](topic:kelmar-barrier)."
    assert (
        "[Who](question:who-owns-it)?\n\n![](picture:storm-barrier)\n\n![](picture:storm-barrier.2)" in form[HAPPENED]
    )
    assert form["pictures-0-caption"] == "[It](topic:kelmar-barrier)"
    shown = {name: value for name, value in form.items() if name != "reference_names"}
    assert {name: value for name, value in shown.items() if UID.search(value)} == {}
    assert "![](picture:storm-barrier.2)</code>" in page.content.decode()


def test_loading_and_saving_changes_nothing(client, editor, save, story):
    before = drafts.build_document(story)
    save(story)
    assert drafts.build_document(story) == before
    assert story.revisions.count() == 2


def test_a_renamed_or_merged_topic_is_shown_by_its_present_name_and_is_no_change(client, editor, save, story, barrier):
    before, opened = drafts.build_document(story), filled(client.get(address_of(story)))
    barrier.slug = "barrier-of-kelmar"
    barrier.save()
    make_topic(slug="kelmar-barrier")
    assert client.post(address_of(story), opened | {"_continue": "save"}).status_code == 302
    assert drafts.build_document(story) == before
    assert "topic:barrier-of-kelmar" in filled(client.get(address_of(story)))["standfirst"]
    merge_topics(barrier, make_topic(slug="flood-defence"), by=make_user(role="Curator"))
    assert "topic:flood-defence" in filled(client.get(address_of(story)))["standfirst"]
    save(story)
    assert drafts.build_document(story) == before


def test_a_typed_name_is_stored_as_a_uid(editor, save, story, barrier):
    new = make_topic(slug="مرفأ-ليل")
    typed = f"[a](topic:Kelmar-Barrier) [b](<topic:مرفأ ليل>) [c](story:{story.slug}) [d](topic:{new.uid})"
    save(story, sections__0__text=typed)
    assert (
        text_of(story) == f"[a](topic:{barrier.uid}) [b](<topic:{new.uid}>) [c](story:{story.uid}) [d](topic:{new.uid})"
    )


def test_an_unknown_name_is_refused_with_near_names_and_keeps_the_text(client, editor, save, story):
    typed = {"sections__0__text": "[x](topic:kelmar-barier) ![](picture:storm-barier)", "headline": "A new headline"}
    page = save(story, expect=200, **typed)
    messages = list_messages(page)
    assert len(messages) == 2
    assert "There is no topic “kelmar-barier”. Did you mean “kelmar-barrier”?" in messages
    assert any(each.startswith("There is no picture “storm-barier” on this page. Did you mean") for each in messages)
    assert filled(page)[HAPPENED] == typed["sections__0__text"]
    assert filled(page)["standfirst"] == "About the [barrier](topic:kelmar-barrier)."
    assert UID.search(text_of(story))
    fixed = filled(page) | {HAPPENED: "[x](topic:kelmar-barrier) ![](picture:storm-barrier.2)", "_continue": "save"}
    assert client.post(address_of(story), fixed).status_code == 302
    second = story.pictures.order_by("position")[1]
    assert text_of(story).endswith(f"![](picture:{second.uid})")


def test_an_unknown_name_in_a_row_that_is_removed_is_not_refused(editor, save, story):
    save(story, passages__0__text="[x](topic:nowhere)", passages__0__DELETE="on")
    assert story.passages.count() == 1


def test_a_picture_that_is_added_in_the_same_save_has_a_name_without_scripts(client, editor, save, story):
    make_image(title="Nine gates", alt="Nine gates.")
    save(story, pictures__2__picture="Nine gates", sections__0__text="![](picture:nine-gates)")
    assert text_of(story) == f"![](picture:{story.pictures.order_by('position').last().uid})"


def test_users_see_no_names_of_what_they_may_not_see(client, story, barrier):
    user = make_user(role="Writer")
    assert user.groups.get().permissions.filter(codename="view_topic").delete()
    client.force_login(user)
    form = filled(client.get(address_of(story)))
    assert form["standfirst"] == f"About the [barrier](topic:{barrier.uid})."
    typed = client.post(address_of(story), form | {HAPPENED: "[x](topic:kelmar-barrier)", "_continue": "save"})
    assert "There is no topic “kelmar-barrier”." in list_messages(typed)


def test_opening_a_form_takes_as_many_queries_for_many_names_as_for_few(client, editor, story):
    address = address_of(story)
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    links = " ".join(f"[x](topic:{make_topic().uid}) [y](story:{make_story().uid})" for _ in range(5))
    Section.objects.filter(story=story, kind="behind").update(text=links)
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few)


class TestUnsavedText:
    @pytest.fixture
    def slot(self, client, editor, story):
        """Return a slot with the form as it was opened."""
        form = filled(client.get(address_of(story)))
        window = str(uuid4())
        body = {**form, "_window": window, "_sequence": "1", "_person": str(editor.pk)}
        assert client.post(reverse("admin:stories_story_autosave", args=[story.pk]), body).status_code == 200
        return autosave.list_unsaved(story, "story", for_=editor)[0]

    def test_it_is_compared_by_uid_and_shown_by_name(self, client, editor, story, slot, barrier):
        address = reverse("admin:stories_story_unsaved", args=[story.pk, slot.pk])
        assert client.get(address).context["differences"] == []
        Section.objects.filter(story=story, kind="happened").update(text="")
        barrier.slug = "barrier-of-kelmar"
        barrier.save()
        assert client.get(address).context["differences"] == []
        body = client.get(reverse("admin:stories_story_restore_unsaved", args=[story.pk, slot.pk])).content.decode()
        assert "topic:barrier-of-kelmar" in filled_of(body)["standfirst"]

    def test_it_is_stored_with_uids_so_that_an_earlier_release_can_restore_it(self, client, editor, story, barrier):
        typed = "[It](topic:kelmar-barrier), [not it](topic:kelmar)"
        body = filled(client.get(address_of(story))) | {HAPPENED: typed}
        autosaved = {**body, "_window": str(uuid4()), "_sequence": "1", "_person": str(editor.pk)}
        client.post(reverse("admin:stories_story_autosave", args=[story.pk]), autosaved)
        (slot,) = autosave.list_unsaved(story, "story", for_=editor)
        stored = dict(autosave.get_slot_values(slot))
        assert stored[HAPPENED] == f"[It](topic:{barrier.uid}), [not it](topic:kelmar)"
        assert not [name for name, text in stored.items() if name != "reference_names" and "](topic:kelmar-" in text]

    def test_a_typed_link_is_shown_by_name(self, client, editor, story):
        form = filled(client.get(address_of(story))) | {HAPPENED: "[x](topic:kelmar-barrier)", "_then": "compare"}
        page = client.post(reverse("admin:stories_story_local_copy", args=[story.pk]), form)
        (difference,) = page.context["differences"]
        assert "topic:kelmar-barrier" in new_text(difference.runs)
        assert not UID.search(page.content.decode().partition("<form")[0])


def test_a_conflict_shows_names_and_applies_them(client, editor, save, story, barrier):
    other = make_topic(slug="port-lisle")
    jonas = Client()
    jonas.force_login(make_user(first_name="Jonas"))
    opened = filled(client.get(address_of(story)))
    save(story, by=jonas, sections__0__text="[His](topic:port-lisle)")
    page = client.post(address_of(story), opened | {HAPPENED: "[Mine](topic:kelmar-barrier)", "_continue": "save"})
    (conflict, _), *_ = page.context["conflict_choices"]
    assert "topic:port-lisle" in new_text(conflict.theirs)
    form = filled(page)
    assert form[HAPPENED] == "[Mine](topic:kelmar-barrier)"
    theirs = next(name for name in form if name.startswith("theirs-") and HAPPENED in name)
    assert form[theirs] == "[His](topic:port-lisle)"
    number = theirs.partition(":")[0].removeprefix("theirs-")
    chosen = form | {f"choice-{number}": "theirs", "_continue": "save"}
    assert client.post(address_of(story), chosen).status_code == 302
    assert text_of(story) == f"[His](topic:{other.uid})"


def test_changes_in_two_places_are_merged_by_uid(client, editor, save, story, barrier):
    jonas = Client()
    jonas.force_login(make_user(first_name="Jonas"))
    opened = filled(client.get(address_of(story)))
    barrier.slug = "barrier-of-kelmar"
    barrier.save()
    save(story, by=jonas, sections__1__text="[His](topic:barrier-of-kelmar)")
    mine = opened | {HAPPENED: "[Mine](topic:kelmar-barrier)", "_continue": "save"}
    assert client.post(address_of(story), mine).status_code == 302
    assert (text_of(story), text_of(story, "behind")) == (f"[Mine](topic:{barrier.uid})", f"[His](topic:{barrier.uid})")


def test_the_previews_follow_short_names(client, editor, story, barrier):
    form = filled(client.get(address_of(story))) | {HAPPENED: "[Kelmar](topic:kelmar-barrier)", "_page": "1"}
    live = client.post(reverse("admin:stories_story_live_preview", args=[story.pk]), form).json()
    assert "Kelmar" in live["page"]
    html = client.post(
        reverse("admin:markdown_preview"),
        {
            "content": "[a](topic:kelmar-barrier) ![](picture:storm-barrier.2) [b](topic:nowhere)",
            "reference_names": form["reference_names"],
        },
    ).content.decode()
    second = story.pictures.order_by("position")[1]
    assert f'<span data-to="topic:{barrier.uid}">a</span>' in html
    assert f'data-picture="{second.uid}"' in html
    assert "[b]" not in html
    assert "b" in html


def test_a_revision_and_its_comments_show_names(client, editor, story, barrier):
    text = f"It is [the barrier](topic:{barrier.uid}) of Kelmar."
    Section.objects.filter(story=story, kind="behind").update(text=text)
    number = revisions.record_revision(story, by=None).number
    quote = {"comment-quote": "[the barrier](topic:kelmar-barrier) of", "comment-text": "Is it?", "do": "comment"}
    comments = reverse("admin:stories_story_comments", args=[story.pk])
    assert client.post(comments, quote).status_code == 302
    for address in (comments, reverse("admin:stories_story_revision", args=[story.pk, number]), address_of(story)):
        page = client.get(address).content.decode()
        assert "topic:kelmar-barrier" in page
        assert not UID.search(re.sub(r'<input type="hidden"[^>]*>', "", page))
    (thread,) = client.get(comments).context["comments_panel"].comments.threads
    assert (thread.about, thread.words) == ("words", "the barrier](topic:kelmar-barrier) of")


def test_the_preview_of_an_import_shows_names(client, editor, story, barrier):
    text = (
        f"# Why it closed\n\n[Old](topic:{barrier.uid}), [new](topic:kelmar-barrier).\n\n## What happened\n\nIt closed."
    )
    page = client.post(reverse("admin:import_text"), {"text": text, "format": "markdown"}).content.decode()
    assert "[Old](topic:kelmar-barrier), [new](topic:kelmar-barrier)." in page
