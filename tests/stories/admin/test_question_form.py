"""The form of a question."""

import re
from datetime import date

from django.urls import reverse

from stories.drafts import revisions
from stories.models import FAQ
from tests.factories import make_article, make_published_question, make_question, make_story, make_topic
from tests.outcomes import find_summary, list_admin_errors
from tests.stories.admin.form_data import filled


def test_a_new_question_is_saved_with_its_answers(client, editor):
    add = reverse("admin:stories_faq_add")
    form = filled(client.get(add)) | {
        "question": "Who pays for the damage in Quay Ward?",
        "introduction": "A third is insured.",
        "answers-0-question": "What does the insurer pay?",
        "answers-0-text": "A third of what was in the cellars.",
        "answers-0-as_of": "2026-11-09",
        "_continue": "save",
    }
    client.post(add, form)
    faq = FAQ.objects.get()
    answer = revisions.get_newest_revision(faq).document.value().answers[0]
    assert faq.slug == "who-pays-for-the-damage-in-quay-ward"
    assert (answer.question, answer.as_of) == ("What does the insurer pay?", date(2026, 11, 9))


def test_the_state_and_the_days_of_a_question_are_saved_in_its_document(editor, save):
    faq = make_question(answers=2)
    save(
        faq,
        state="partly",
        open_since="2026-11-09",
        missing="The log of the alarm panel.",
        could_answer="Delta Works Vessara.",
        short_answer_expires_on="2026-11-25",
        answers__0__state="open",
        answers__1__expires_on="2026-11-30",
    )
    page = revisions.get_newest_revision(faq).document.value()
    assert (page.state, page.open_since, page.could_answer) == ("partly", date(2026, 11, 9), "Delta Works Vessara.")
    assert (page.missing, page.short_answer_expires_on) == ("The log of the alarm panel.", date(2026, 11, 25))
    assert [(each.state, each.expires_on) for each in page.answers] == [("open", None), ("", date(2026, 11, 30))]
    save(faq, state="", answers__0__state="")
    page = revisions.get_newest_revision(faq).document.value()
    assert (page.state, page.answers[0].state, page.open_since) == ("", "", date(2026, 11, 9))


def test_an_unknown_state_is_refused_at_its_field(editor, save):
    faq = make_question(answers=1)
    response = save(faq, expect=200, state="rumoured", answers__0__state="closed")
    assert list_admin_errors(response) == [("state", "invalid_choice"), ("answers-0-state", "invalid_choice")]


def test_the_form_of_a_question_has_its_fields_in_page_order(client, editor):
    form = client.get(reverse("admin:stories_faq_add")).content.decode()
    names = ("question", "state", "open_since", "missing", "could_answer", "short_answer", "short_answer_expires_on")
    places = [form.index(f'name="{name}"') for name in (*names, "introduction", "answers-0-state", "answers-0-as_of")]
    assert places == sorted(places)


def test_answers_are_saved_in_the_order_of_their_positions_without_removed_ones(editor, save):
    faq = make_question(answers=3)
    first, _, third = (answer.uid for answer in faq.answers.all())
    save(faq, answers__2__place="1", answers__1__DELETE="on")
    assert [answer.uid for answer in faq.answers.all()] == [third, first]


def test_a_question_that_is_answered_twice_is_refused_at_its_field(editor, save):
    faq = make_question(answers=2)
    response = save(faq, expect=200, answers__1__question=faq.answers.first().question.upper())
    (problem,) = response.context["problems"]
    assert problem.field == "id_answers-1-question"
    # The formset adds this error without a code.
    assert list_admin_errors(response) == [("answers-1-question", None)]


def test_questions_can_have_topics_and_sources(editor, save):
    topic, article = make_topic(name="Port Lisle"), make_article()
    faq = make_question()
    save(faq, work_topics__0__name="port lisle", citations__0__url=article.url)
    assert faq.work_topics.get().topic == topic
    assert faq.citations.get().article == article


def test_the_form_lists_the_stories_that_ask_the_question(client, editor):
    faq = make_question()
    make_story(headline="Why the ferry to Norrhavn is late", questions=(faq,))
    assert (
        "Why the ferry to Norrhavn is late" in client.get(reverse(faq.change_view_name, args=[faq.pk])).rendered_content
    )


def test_a_conflicting_save_of_a_question_shows_both_texts(client, editor):
    faq = make_question(introduction="A third is insured.")
    address = reverse(faq.change_view_name, args=[faq.pk])
    form = filled(client.get(address)) | {"_continue": "save", "introduction": "Half is insured."}
    client.post(address, filled(client.get(address)) | {"_continue": "save", "introduction": "Nothing is insured."})
    refused = client.post(address, form)
    (text_conflict,) = refused.context["text_conflicts"]
    assert text_conflict.anchor == "introduction"
    assert re.match(r"You \D+\b2\b", find_summary(refused))
    assert "<h1>You changed this in another window</h1>" in refused.rendered_content
    assert filled(refused)["introduction"] == "Half is insured."


def test_the_form_links_to_the_public_address_while_a_new_slug_is_unpublished(client, editor, save):
    faq = make_published_question(by=editor, slug="who-pays")
    save(faq, slug="who-pays-now")
    assert 'href="/questions/who-pays/"' in client.get(reverse(faq.change_view_name, args=[faq.pk])).rendered_content


def test_the_list_of_questions_finds_those_without_a_short_answer(client, editor):
    without, with_one = make_question(), make_question(short_answer="The harbour office decides.")
    address = reverse("admin:stories_faq_changelist")
    page = client.get(f"{address}?short_answer=no").content.decode()
    assert without.question in page
    assert with_one.question not in page
