"""The form of a story."""

import re
import uuid

import pytest
from django.urls import reverse

from stories import drafts
from stories.documents import SECTION_KINDS
from stories.drafts import revisions
from stories.models import FAQ, Article, Story
from tests.conftest import signed_in
from tests.factories import (
    make_article,
    make_outlet,
    make_question,
    make_story,
    make_topic,
    make_user,
)
from tests.outcomes import list_admin_errors
from tests.stories.admin.form_data import filled

pytestmark = pytest.mark.portable

ADD = "admin:stories_story_add"


def test_a_new_story_starts_with_four_sections_and_its_author_as_the_owner(client, editor):
    form = filled(client.get(reverse(ADD)))
    assert [form[f"sections-{n}-kind"] for n in range(4)] == ["happened", "behind", "papers", "background"]
    assert form["owner"] == str(editor.pk)


def test_a_new_story_is_saved_with_its_sections_and_one_revision(client, editor):
    form = filled(client.get(reverse(ADD)))
    form |= {"headline": "Why the ferry to Norrhavn is late", "sections-0-text": "The ferry came late on Monday."}
    client.post(reverse(ADD), form | {"_continue": "save"})
    story = Story.objects.get()
    assert story.slug == "why-the-ferry-to-norrhavn-is-late"
    assert [section.kind for section in story.sections.all()] == ["happened", "behind", "papers", "background"]
    revision = revisions.get_newest_revision(story)
    assert revision.number == 1
    assert revision.created_by == editor
    assert revision.document.value().sections[0].text == "The ferry came late on Monday."


def test_a_save_without_changes_records_no_revision(editor, save):
    story = make_story(
        outlets=(make_outlet(), make_outlet()),
        topics=(make_topic(),),
        questions=(make_question(),),
        articles=(make_article(),),
        byline=("Ana Kestrel", "Jonas Adebar"),
    )
    save(story)
    assert story.revisions.count() == 1


def test_a_submitted_row_that_was_deleted_meanwhile_is_added_again(client, editor):
    story = make_story(outlets=(make_outlet(),))
    address = reverse(story.change_view_name, args=[story.pk])
    form = filled(client.get(address))
    story.passages.all().delete()
    client.post(address, form | {"_continue": "save", "passages-0-text": "It was weighed again."})
    assert story.passages.first().text == "It was weighed again."
    assert story.passages.count() == 2


def test_submitting_the_form_twice_adds_a_row_once(client, editor):
    story = make_story(outlets=())
    address = reverse(story.change_view_name, args=[story.pk])
    form = filled(client.get(address))
    form |= {
        "passages-0-row": str(uuid.uuid4()),
        "passages-0-text": "Nobody was told before the siren.",
        "_continue": "save",
    }
    client.post(address, form)
    client.post(address, form | {"base_revision": "2"})
    assert story.passages.count() == 1


def test_rows_are_saved_in_the_order_of_their_positions(editor, save):
    story = make_story(outlets=(make_outlet(), make_outlet(), make_outlet()))
    first, second, third = (passage.uid for passage in story.passages.all())
    save(story, passages__2__place="1")
    assert [passage.uid for passage in story.passages.all()] == [third, first, second]


def test_a_removed_row_is_deleted(editor, save):
    story = make_story(outlets=(make_outlet(), make_outlet()))
    remaining = story.passages.last()
    save(story, passages__0__DELETE="on")
    assert list(story.passages.all()) == [remaining]


def test_known_outlets_are_found_by_name_or_alias_and_unknown_ones_are_proposed(editor, save):
    courier = make_outlet(name="The Lisle Courier", aliases=("Lisle Courier",))
    story = make_story(outlets=(make_outlet(),))
    save(story, passages__0__outlet_names="lisle courier; Tessen Evening Mail")
    passage = story.passages.first()
    assert list(passage.outlets.all()) == [courier]
    assert passage.proposed_outlets == ["Tessen Evening Mail"]


def test_a_passage_can_refer_to_a_source_that_is_added_in_the_same_save(editor, save):
    known = make_article()
    story = make_story(outlets=(make_outlet(name="Ansgar Wire"),), articles=(known,))
    save(
        story,
        passages__0__source_numbers="1, 2",
        citations__1__url="https://ansgar.example/surge",
        citations__1__title="The surge was the highest since 1961",
        citations__1__outlet_name="Ansgar Wire",
    )
    added = Article.objects.get(url="https://ansgar.example/surge")
    assert set(story.passages.first().articles.all()) == {known, added}
    assert [citation.number for citation in story.citations.all()] == [1, 2]


def test_the_number_of_a_removed_source_is_never_reused(editor, save):
    story = make_story(articles=(make_article(), make_article()))
    save(story, citations__1__DELETE="on")
    story.refresh_from_db()
    save(
        story,
        citations__1__url="https://ansgar.example/new",
        citations__1__title="A new one",
        citations__1__outlet_name="Ansgar Wire",
    )
    assert [citation.number for citation in story.citations.all()] == [1, 3]


def test_a_known_article_is_found_by_its_address(editor, save):
    article = make_article()
    story = make_story()
    save(story, citations__0__url=article.url)
    assert story.citations.get().article == article


def test_an_unknown_source_number_is_refused_at_its_field(editor, save):
    story = make_story(outlets=(make_outlet(),))
    response = save(story, expect=200, passages__0__source_numbers="4")
    (problem,) = response.context["problems"]
    assert (problem.field, re.findall(r"\d+", problem.message)) == ("id_passages-0-addresses", ["4"])
    assert list_admin_errors(response) == [("passages-0-addresses", "unknown")]


def test_an_unknown_topic_is_proposed_and_a_known_one_found_by_its_alias(editor, save):
    lisle = make_topic(name="Port Lisle", aliases=("Lisle",))
    story = make_story(topics=(make_topic(), make_topic()))
    save(story, work_topics__0__name="lisle", work_topics__1__name="Philippa Oduya-Brandt")
    assert [(row.topic, row.proposed_name) for row in story.work_topics.all()] == [
        (lisle, ""),
        (None, "Philippa Oduya-Brandt"),
    ]


def test_a_known_question_is_linked_and_a_new_one_becomes_a_draft(editor, save, messages_of):
    known = make_question(question="Who pays for the damage?")
    story = make_story(questions=(known,))
    save(
        story,
        story_questions__1__question="Which gates are checked at night?",
        story_questions__1__teaser="Two of nine.",
    )
    created = FAQ.objects.exclude(pk=known.pk).get()
    assert [row.faq for row in story.story_questions.all()] == [known, created]
    assert created.introduction == "Two of nine."
    assert revisions.get_newest_revision(created).number == 1


@pytest.mark.parametrize(("role", "is_confirmed"), [("Writer", False), ("Editor", True)])
def test_the_wording_of_a_new_question_is_confirmed_by_people_who_may_publish(save, role, is_confirmed):
    story = make_story()
    by = signed_in(make_user(role=role))
    save(story, by=by, story_questions__0__question="Which gates are checked at night?")
    created = FAQ.objects.get()
    assert created.question_confirmed is is_confirmed
    page = by.get(reverse(created.change_view_name, args=[created.pk])).rendered_content
    assert "An editor has confirmed the question." not in page


def test_a_different_wording_of_a_question_belongs_to_the_story(editor, save):
    known = make_question(question="Who pays for the damage?")
    story = make_story(questions=(known,))
    save(story, story_questions__0__question="Who pays for it all?")
    known.refresh_from_db()
    assert known.question == "Who pays for the damage?"
    assert story.story_questions.get().wording == "Who pays for it all?"


def test_the_form_lists_other_stories_that_ask_a_question(client, editor):
    known = make_question()
    other = make_story(headline="How a barrier for a century was sold for thirty years", questions=(known,))
    story = make_story(questions=(known,))
    page = client.get(reverse(story.change_view_name, args=[story.pk])).content.decode()
    assert f'<a href="{reverse(other.change_view_name, args=[other.pk])}">{other.headline}</a>' in page


def test_an_unknown_contributor_is_refused(editor, save):
    response = save(make_story(), expect=200, byline_names="Nobody Knows")
    assert response.context["problems"][0].field == "id_byline_names"


def test_two_sections_of_the_same_kind_are_refused_with_a_reason(editor, save):
    story = make_story()
    response = save(story, expect=200, sections__4__kind="happened", sections__4__text="Again.")
    assert list_admin_errors(response)[0] == ("sections", "twice")
    assert SECTION_KINDS["happened"].heading in response.context["problems"][0].message


def test_a_headline_that_a_writer_changes_becomes_unconfirmed(client, save):
    client.force_login(make_user(role="Writer"))
    story = make_story(headline_confirmed=True)
    save(story, headline="Why nobody closed the Kelmar barrier")
    story.refresh_from_db()
    assert story.headline == "Why nobody closed the Kelmar barrier"
    assert not story.headline_confirmed


def add_story(client, **values: str) -> Story:
    """Add a story with the form as it opens, and these values."""
    client.post(reverse(ADD), filled(client.get(reverse(ADD))) | values | {"_continue": "save"})
    return Story.objects.get()


def test_a_headline_that_an_editor_types_on_a_new_story_is_confirmed(client, editor):
    assert add_story(client, headline="Why the ferry to Norrhavn is late").headline_confirmed


def test_an_editor_can_leave_a_new_headline_unconfirmed(client, editor):
    assert not add_story(client, headline="Why the ferry is late", headline_confirmed="").headline_confirmed


def test_a_headline_that_a_writer_types_on_a_new_story_is_not_confirmed(client, db):
    client.force_login(make_user(role="Writer"))
    assert not add_story(client, headline="Why the ferry to Norrhavn is late").headline_confirmed


def test_a_first_headline_is_confirmed_on_a_saved_story_too_and_a_suggested_one_is_not(client, editor):
    story = add_story(client, headline="")
    assert not story.headline_confirmed
    address = reverse(story.change_view_name, args=[story.pk])
    assert filled(client.get(address))["headline_confirmed"] == "on"
    Story.objects.update(headline="A suggested headline")
    assert "headline_confirmed" not in filled(client.get(address))


def test_a_text_that_is_too_large_is_refused_with_a_reason(editor, save):
    story = make_story()
    long_texts = {f"sections__{place}__text": "[" * 9_000 for place in (0, 1, 3)}
    for changes, limit in [
        (long_texts, "25,000"),
        ({"standfirst": "a" * 200_001}, "200,000"),
        ({"lead_caption": "a" * 200_001}, "200,000"),
    ]:
        response = save(story, expect=200, **changes)
        assert [code for _, code in list_admin_errors(response)] == ["excess"]
        assert limit in response.context["problems"][0].message
    assert revisions.get_newest_revision(story).number == 1


def test_too_many_rows_are_refused_before_any_is_saved(editor, save):
    story = make_story()
    for prefix in ("story_questions", "sections"):
        rows = {f"{prefix}__{n}__{name}": f"Why {n}?" for n in range(1, 300) for name in ("question", "heading")}
        response = save(story, expect=200, **rows, **{f"{prefix}__TOTAL_FORMS": "300"})
        assert list_admin_errors(response).count(("__all__", "many")) == 1
        assert ["100" in problem.message for problem in response.context["problems"]].count(True) == 1
    assert FAQ.objects.count() == 0


def test_outlets_of_all_passages_are_looked_up_together(client, editor, save, django_assert_max_num_queries):
    make_outlet(name="Radio Tessen", aliases=("Tessen",))
    story = make_story()
    names = "; ".join(["Tessen", *(f"Paper {n}" for n in range(49))])
    with django_assert_max_num_queries(200):
        save(story, passages__0__outlet_names=names, passages__1__outlet_names="Paper 77; Radio Tessen")
    first, second = story.passages.order_by("position")
    assert [outlet.name for outlet in first.outlets.all()] == ["Radio Tessen"]
    assert first.proposed_outlets == [f"Paper {n}" for n in range(49)]
    assert [outlet.name for outlet in second.outlets.all()] == ["Radio Tessen"]
    too_many = "; ".join(f"Paper {n}" for n in range(10_000))
    refused = save(story, expect=200, passages__0__outlet_names=too_many)
    assert list_admin_errors(refused) == [("passages-0-outlet_names", "many")]
    assert re.findall(r"[\d,]*\d", refused.context["problems"][0].message) == ["50", "10,000"]


def test_an_impossible_number_of_rows_is_refused(client, editor):
    story = make_story()
    form = filled(client.get(reverse(story.change_view_name, args=[story.pk])))
    for total in ("2000", "+1000000", "9" * 9, "9" * 4_000):
        assert (
            client.post(
                reverse(story.change_view_name, args=[story.pk]), form | {"passages-TOTAL_FORMS": total}
            ).status_code
            == 400
        )
    assert revisions.get_newest_revision(story).number == 1


def test_an_invalid_position_is_refused_at_its_row(editor, save):
    response = save(make_story(), expect=200, sections__0__place="9" * 5_000)
    assert response.context["problems"][0].field == "id_sections-0-place"


def test_figures_are_saved_with_a_source_of_the_same_form(editor, save):
    story = make_story()
    article = make_article(title="What the gauge showed")
    number = story.citations_given + 1
    save(
        story,
        figures__0__value="4,200",
        figures__0__counts="homes evacuated",
        figures__0__according_to="Civil defence",
        figures__0__as_of="2026-11-09",
        figures__0__source=str(number),
        **{f"citations__{story.citations.count()}__url": article.url},
    )
    figure = story.figures.get()
    assert (figure.value, figure.article) == ("4,200", article)
    assert drafts.build_document(story).figures[0].source == number


def test_a_figure_with_a_source_that_is_not_on_the_form_is_refused(editor, save):
    story = make_story()
    response = save(story, expect=200, figures__0__value="4,200", figures__0__source="977")
    assert [problem.field for problem in response.context["problems"]] == ["id_figures-0-source"]


def test_a_passage_is_called_our_comparison_once_it_has_text_and_no_outlet(client, editor):
    story = make_story()
    story.passages.create(text="The counts differ.", position=9)
    rows = client.get(reverse(story.change_view_name, args=[story.pk])).context["formsets"]["passages"].formset
    assert [form.outlets_label for form in rows.forms if not form.is_new][-1] == "Our comparison"
    assert rows.empty_form.outlets_label == "New passage"


def test_a_question_without_a_teaser_of_its_own_shows_the_one_that_readers_see(client, editor):
    question = make_question(introduction="The city pays.")
    story = make_story(questions=(question,))
    form = client.get(reverse(story.change_view_name, args=[story.pk]))
    assert 'placeholder="The city pays."' in form.content.decode()
