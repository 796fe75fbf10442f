"""Choices between the two texts of a conflict, with and without JavaScript."""

import re

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from stories import drafts
from stories.admin.drafts.conflict_choices import apply_choices, join_texts
from stories.drafts import revisions
from tests.factories import make_question, make_story, make_user
from tests.outcomes import list_admin_errors
from tests.stories.admin.form_data import filled

pytestmark = [pytest.mark.audit, pytest.mark.portable, pytest.mark.django_db]

HIS, HERS = "The sea came in before dawn.", "The sea came in at four."


@pytest.fixture
def jonas(editor):
    user = make_user(role="Editor", first_name="Jonas", last_name="Adebar")
    other = Client()
    other.force_login(user)
    return other


@pytest.fixture
def make_conflict(client, editor, jonas, save):
    """Return a function that saves a change by Jonas, submits an older form by Ana, and returns the conflict page."""

    def make(work, *, his, mine):
        address = reverse(work.change_view_name, args=[work.pk])
        form = filled(client.get(address)) | {"_continue": "save"}
        save(work, by=jonas, **his)
        page = client.post(address, form | {name.replace("__", "-"): value for name, value in mine.items()})
        assert page.status_code == 200
        return page

    return make


def submit_choice(client, work, page, expect=302, **changes):
    address = reverse(work.change_view_name, args=[work.pk])
    form = filled(page) | {"_continue": "save"} | {name.replace("__", "-"): value for name, value in changes.items()}
    response = client.post(address, form)
    assert response.status_code == expect, [p.message for p in response.context["problems"]]
    return response


def get_first_text(work):
    return drafts.build_document(work).sections[0].text


@pytest.fixture
def story():
    return make_story(texts={"happened": "The sea came in at three."})


@pytest.fixture
def conflict_page(make_conflict, story):
    return make_conflict(story, his={"sections__0__text": HIS}, mine={"sections__0__text": HERS})


@pytest.mark.parametrize(("choice", "text"), [("theirs", HIS), ("mine", HERS), ("both", f"{HIS}\n\n{HERS}")])
def test_a_choice_is_applied_without_javascript(client, story, conflict_page, choice, text):
    submit_choice(client, story, conflict_page, **{"choice-1": choice})
    assert get_first_text(story) == text
    assert revisions.get_newest_revision(story).number == (2 if choice == "theirs" else 3)


def test_edit_together_puts_both_texts_into_the_field_without_saving(client, story, conflict_page):
    page = submit_choice(client, story, conflict_page, expect=200, **{"choice-1": "together"})
    assert filled(page)["sections-0-text"] == f"{HIS}\n\n{HERS}"
    assert list_admin_errors(page) == [("__all__", "both"), ("sections-0-text", "both")]
    assert get_first_text(story) == HIS
    submit_choice(client, story, page, **{"sections-0-text": "The sea came in at four, before dawn."})
    assert get_first_text(story) == "The sea came in at four, before dawn."


def test_a_choice_that_a_script_has_applied_keeps_the_edited_text(client, story, conflict_page):
    edited = {"choice-1": "together", "applied-1": "together", "sections-0-text": "Both, edited."}
    submit_choice(client, story, conflict_page, **edited)
    assert get_first_text(story) == "Both, edited."


def test_without_a_choice_the_submitted_text_is_saved(client, story, conflict_page):
    submit_choice(client, story, conflict_page)
    assert get_first_text(story) == HERS


def test_each_place_has_its_own_choice(client, story, make_conflict):
    page = make_conflict(
        story,
        his={"sections__0__text": HIS, "headline": "Why the pier of Port Lisle is shut"},
        mine={"sections__0__text": HERS, "headline": "Why no lorry crosses the north pier"},
    )
    anchors = [text_conflict.anchor for text_conflict, _ in page.context["conflict_choices"]]
    number = anchors.index("headline") + 1
    submit_choice(client, story, page, **{f"choice-{number}": "theirs"})
    document = drafts.build_document(story)
    assert (document.headline, document.sections[0].text) == ("Why the pier of Port Lisle is shut", HERS)


def test_changes_that_were_merged_are_listed(story, make_conflict):
    page = make_conflict(
        story,
        his={"sections__0__text": HIS, "standfirst": "His standfirst."},
        mine={"sections__0__text": HERS, "method_note": "Hers."},
    )
    assert (page.context["my_places"], page.context["their_places"]) == ("How this page was made", "Standfirst")
    note = re.search(r'<p class="merged-note">.*?</p>', page.content.decode(), re.DOTALL)
    assert note
    assert all(words in note[0] for words in ("How this page was made", "Jonas Adebar’s", "Standfirst"))


@pytest.mark.parametrize("choice", ["theirs", "mine"])
def test_a_passage_that_one_side_removed_and_the_other_edited_has_a_choice(client, story, make_conflict, choice):
    page = make_conflict(story, his={"passages__0__text": "Weighed three times."}, mine={"passages__0__DELETE": "on"})
    (text_conflict, options), *_ = page.context["conflict_choices"]
    assert [words for _, words in options.options] == ["Use Jonas Adebar’s", "Keep mine: remove it"]
    assert text_conflict.anchor.startswith("passages.")
    submit_choice(client, story, page, **{"choice-1": choice})
    texts = [passage.text for passage in drafts.build_document(story).passages]
    assert ("Weighed three times." in texts) == (choice == "theirs")


@pytest.mark.parametrize("choice", ["theirs", "mine"])
def test_a_passage_that_one_side_edited_and_the_other_removed_has_a_choice(client, story, make_conflict, choice):
    page = make_conflict(story, his={"passages__0__DELETE": "on"}, mine={"passages__0__text": "Weighed three times."})
    submit_choice(client, story, page, **{"choice-1": choice})
    texts = [passage.text for passage in drafts.build_document(story).passages]
    assert ("Weighed three times." in texts) == (choice == "mine")


def test_keeping_both_keeps_all_outlets(client, story, make_conflict):
    his = {"passages__0__outlet_names": "The Lisle Courier; Radio Tessen"}
    page = make_conflict(story, his=his, mine={"passages__0__outlet_names": "The Lisle Courier; Morrow Daily"})
    submit_choice(client, story, page, **{"choice-1": "both"})
    names = {outlet.name for outlet in drafts.build_document(story).passages[0].outlets}
    assert names == {"The Lisle Courier", "Radio Tessen", "Morrow Daily"}


def test_a_question_has_the_same_choices(client, make_conflict):
    question = make_question(introduction="It opens.")
    page = make_conflict(question, his={"introduction": "It opens at six."}, mine={"introduction": "It opens daily."})
    submit_choice(client, question, page, **{"choice-1": "both"})
    assert drafts.build_document(question).introduction == "It opens at six.\n\nIt opens daily."


def test_a_choice_is_merged_with_a_save_made_meanwhile(client, story, conflict_page, save, jonas):
    save(story, by=jonas, standfirst="He goes on.")
    submit_choice(client, story, conflict_page, **{"choice-1": "both"})
    document = drafts.build_document(story)
    assert (document.standfirst, document.sections[0].text) == ("He goes on.", f"{HIS}\n\n{HERS}")


@pytest.mark.parametrize(
    "body",
    [
        "choice-1=theirs&theirs-1:=x",
        "choice-1=theirs&theirs-1::=x",
        "choice-1=both&text-1=&between-1=none",
        "choice-99999=theirs",
        "choice-1=\0&applied-1=",
    ],
)
def test_an_invalid_choice_saves_one_of_the_two_texts(client, story, conflict_page, body):
    extra = dict(QueryDict(body).items())
    submit_choice(client, story, conflict_page, **extra)
    assert get_first_text(story) in (HIS, HERS)


@given(theirs=st.text(), mine=st.text(), separator=st.sampled_from(["paragraph", "space", "names", "numbers"]))
def test_keeping_both_loses_no_word_of_either(theirs, mine, separator):
    joined = join_texts(theirs, mine, separator)
    for text in (theirs, mine):
        parts = (
            [text]
            if separator in ("paragraph", "space")
            else text.replace(",", ";" if separator == "numbers" else ",").split(";")
        )
        assert all(part.strip() in joined for part in parts)


def test_a_form_without_choices_is_unchanged():
    form = QueryDict("headline=One&theirs-1:headline:=Two")
    assert apply_choices(form) == (form, [])
