"""On the page of a conflict each place has a choice, which the server carries out, script or none."""

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
from tests.stories.admin.filling import filled

pytestmark = pytest.mark.django_db

HIS, HERS = "The sea came in before dawn.", "The sea came in at four."


@pytest.fixture
def jonas(editor):
    user = make_user(role="Editor", first_name="Jonas", last_name="Adebar")
    other = Client()
    other.force_login(user)
    return other


@pytest.fixture
def asked(client, editor, jonas, save):
    """Return a function that answers with the page which asks, after Jonas saved one form and Ana another."""

    def asking(work, *, his, mine):
        address = reverse(work.desk_view, args=[work.pk])
        sent = filled(client.get(address)) | {"_continue": "save"}
        save(work, by=jonas, **his)
        page = client.post(address, sent | {name.replace("__", "-"): value for name, value in mine.items()})
        assert page.status_code == 200
        return page

    return asking


def choose(client, work, page, expect=302, **changes):
    address = reverse(work.desk_view, args=[work.pk])
    sent = filled(page) | {"_continue": "save"} | {name.replace("__", "-"): value for name, value in changes.items()}
    response = client.post(address, sent)
    assert response.status_code == expect, [p.message for p in response.context["problems"]]
    return response


def text_of(work):
    return drafts.build_document(work).sections[0].text


@pytest.fixture
def story():
    return make_story(texts={"happened": "The sea came in at three."})


@pytest.fixture
def same_sentence(asked, story):
    return asked(story, his={"sections__0__text": HIS}, mine={"sections__0__text": HERS})


@pytest.mark.parametrize(("choice", "said"), [("theirs", HIS), ("mine", HERS), ("both", f"{HIS}\n\n{HERS}")])
def test_a_choice_is_carried_out_without_a_script(client, story, same_sentence, choice, said):
    choose(client, story, same_sentence, **{"choice-1": choice})
    assert text_of(story) == said
    assert revisions.get_newest_revision(story).number == (2 if choice == "theirs" else 3)


def test_two_texts_to_edit_together_come_back_in_the_field_and_nothing_is_saved_yet(client, story, same_sentence):
    page = choose(client, story, same_sentence, expect=200, **{"choice-1": "together"})
    assert filled(page)["sections-0-text"] == f"{HIS}\n\n{HERS}"
    problems = {problem.field: problem.message for problem in page.context["problems"]}
    assert problems["id_sections-0-text"] == "Both texts stand here: put them together."
    assert text_of(story) == HIS
    choose(client, story, page, **{"sections-0-text": "The sea came in at four, before dawn."})
    assert text_of(story) == "The sea came in at four, before dawn."


def test_what_a_script_carried_out_stays_as_it_was_edited_then(client, story, same_sentence):
    edited = {"choice-1": "together", "applied-1": "together", "sections-0-text": "Both, edited."}
    choose(client, story, same_sentence, **edited)
    assert text_of(story) == "Both, edited."


def test_without_a_choice_what_i_wrote_stays(client, story, same_sentence):
    choose(client, story, same_sentence)
    assert text_of(story) == HERS


def test_each_place_has_its_own_choice(client, story, asked):
    page = asked(
        story,
        his={"sections__0__text": HIS, "headline": "Why the pier of Port Lisle is shut"},
        mine={"sections__0__text": HERS, "headline": "Why no lorry crosses the north pier"},
    )
    labels = [clash.label for clash, _ in page.context["conflict_choices"]]
    number = labels.index("Headline") + 1
    choose(client, story, page, **{f"choice-{number}": "theirs"})
    document = drafts.build_document(story)
    assert (document.headline, document.sections[0].text) == ("Why the pier of Port Lisle is shut", HERS)


def test_what_fits_together_is_named(story, asked):
    page = asked(
        story,
        his={"sections__0__text": HIS, "standfirst": "His standfirst."},
        mine={"sections__0__text": HERS, "method_note": "Hers."},
    )
    assert (page.context["my_places"], page.context["their_places"]) == ("How this page was made", "Standfirst")
    assert "Jonas Adebar’s to" in page.content.decode()


@pytest.mark.parametrize("choice", ["theirs", "mine"])
def test_a_passage_removed_here_and_edited_there_is_chosen(client, story, asked, choice):
    page = asked(story, his={"passages__0__text": "Weighed three times."}, mine={"passages__0__DELETE": "on"})
    (clash, offered), *_ = page.context["conflict_choices"]
    assert [words for _, words in offered.options] == ["Take Jonas Adebar’s", "Keep mine: remove it"]
    assert clash.anchor.startswith("passages.")
    choose(client, story, page, **{"choice-1": choice})
    texts = [passage.text for passage in drafts.build_document(story).passages]
    assert ("Weighed three times." in texts) == (choice == "theirs")


@pytest.mark.parametrize("choice", ["theirs", "mine"])
def test_a_passage_edited_here_and_removed_there_is_chosen(client, story, asked, choice):
    page = asked(story, his={"passages__0__DELETE": "on"}, mine={"passages__0__text": "Weighed three times."})
    choose(client, story, page, **{"choice-1": choice})
    texts = [passage.text for passage in drafts.build_document(story).passages]
    assert ("Weighed three times." in texts) == (choice == "mine")


def test_outlets_that_both_added_are_all_kept(client, story, asked):
    his = {"passages__0__outlet_names": "The Lisle Courier; Radio Tessen"}
    page = asked(story, his=his, mine={"passages__0__outlet_names": "The Lisle Courier; Morrow Daily"})
    choose(client, story, page, **{"choice-1": "both"})
    names = {outlet.name for outlet in drafts.build_document(story).passages[0].outlets}
    assert names == {"The Lisle Courier", "Radio Tessen", "Morrow Daily"}


def test_a_question_has_the_same_choices(client, asked):
    question = make_question(introduction="It opens.")
    page = asked(question, his={"introduction": "It opens at six."}, mine={"introduction": "It opens daily."})
    choose(client, question, page, **{"choice-1": "both"})
    assert drafts.build_document(question).introduction == "It opens at six.\n\nIt opens daily."


def test_who_saves_in_between_is_joined_with_what_was_chosen(client, story, same_sentence, save, jonas):
    save(story, by=jonas, standfirst="He goes on.")
    choose(client, story, same_sentence, **{"choice-1": "both"})
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
def test_a_choice_that_means_nothing_changes_nothing(client, story, same_sentence, body):
    extra = dict(QueryDict(body).items())
    choose(client, story, same_sentence, **extra)
    assert text_of(story) in (HIS, HERS)


@given(theirs=st.text(), mine=st.text(), between=st.sampled_from(["paragraph", "space", "names", "numbers"]))
def test_keeping_both_loses_no_word_of_either(theirs, mine, between):
    kept = join_texts(theirs, mine, between)
    for text in (theirs, mine):
        parts = (
            [text]
            if between in ("paragraph", "space")
            else text.replace(",", ";" if between == "numbers" else ",").split(";")
        )
        assert all(part.strip() in kept for part in parts)


def test_nothing_is_touched_where_nothing_was_chosen():
    sent = QueryDict("headline=One&theirs-1:headline:=Two")
    assert apply_choices(sent) == (sent, [])
