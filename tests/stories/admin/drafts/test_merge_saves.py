"""A save that is based on an older revision is merged with later saves."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from newsroom.media.models import Image
from stories import drafts
from stories.documents import SECTION_KINDS, Explainer
from stories.drafts import revisions
from stories.models import FAQ, Section, WorkImage, WorkTopic
from stories.workflow import proposed_names
from tests.factories import make_article, make_image, make_outlet, make_question, make_story, make_topic, make_user
from tests.outcomes import find_summary, list_levels
from tests.stories.admin.form_data import filled

pytestmark = pytest.mark.django_db


@pytest.fixture
def jonas(editor):
    """Return a client that is signed in as another editor."""
    user = make_user(role="Editor", first_name="Jonas", last_name="Adebar")
    client = Client()
    client.force_login(user)
    client.user = user
    return client


@pytest.fixture
def save_both(client, editor, jonas, save):
    """Return a function that saves a change by Jonas, and then submits a form that Ana opened before."""

    def submit_both(work, *, his, mine, then="save"):
        address = reverse(work.change_view_name, args=[work.pk])
        form = filled(client.get(address)) | {"_continue": then}
        save(work, by=jonas, **his)
        return client.post(address, form | {name.replace("__", "-"): value for name, value in mine.items()})

    return submit_both


def build_explainer(work) -> Explainer:
    document = drafts.build_document(work)
    assert isinstance(document, Explainer)
    return document


def test_changes_in_two_places_are_both_saved(save_both, messages_of):
    story = make_story(texts={"happened": "The sea came in at three."})
    response = save_both(
        story, his={"sections__0__text": "The sea came in at four."}, mine={"standfirst": "What is known so far."}
    )
    assert response.status_code == 302
    document = build_explainer(story)
    assert (document.sections[0].text, document.standfirst) == ("The sea came in at four.", "What is known so far.")
    newest = revisions.get_newest_revision(story)
    assert (newest.number, str(newest.created_by)) == (3, "Ana Kestrel")
    assert re.findall(r"\d+", newest.reason) == ["2"]
    assert list_levels(response) == ["success", "info"]
    saved, notice = messages_of(response)
    assert re.findall(r"\d+", saved) == ["3", "2"]
    assert re.search(r"^Jonas Adebar .*\b2\b", notice)
    assert SECTION_KINDS["happened"].heading in notice


def test_the_message_names_everyone_who_saved_meanwhile(client, editor, jonas, save, messages_of):
    story = make_story()
    address = reverse(story.change_view_name, args=[story.pk])
    form = filled(client.get(address)) | {"_continue": "save", "standfirst": "Mine."}
    save(story, by=jonas, headline="Why the north pier is closed", sections__0__text="One.")
    save(story, sections__1__text="Two.", sections__3__text="Three.", method_note="Four.", language="de")
    message = messages_of(client.post(address, form))[-1]
    assert message == (
        "Jonas Adebar and You, in another window, saved revisions 2 and 3 in the meantime; the changes to "
        "Headline, What’s happened, What’s behind the headline?, How we got here and 1 more are merged."
    )


def test_rows_that_the_other_editor_added_edited_or_removed_are_merged(save_both):
    story = make_story(
        outlets=tuple(make_outlet(name=name) for name in ("Ansgar Wire", "Radio Tessen", "Morrow Daily"))
    )
    save_both(
        story,
        his={
            "passages__0__text": "Ansgar Wire says the gates held.",
            "passages__1__DELETE": "on",
            "passages__3__text": "Nobody says when they open.",
        },
        mine={"passages__2__text": "Morrow Daily saw two boats.", "work_topics__0__name": "Port Lisle"},
    )
    document = build_explainer(story)
    assert [passage.text for passage in document.passages] == [
        "Ansgar Wire says the gates held.",
        "Morrow Daily saw two boats.",
        "Nobody says when they open.",
    ]
    assert [topic.name for topic in document.topics] == ["Port Lisle"]


def test_a_row_that_one_side_removed_and_the_other_edited_is_a_conflict(save_both, client):
    story = make_story(outlets=(make_outlet(name="Ansgar Wire"), make_outlet(name="Radio Tessen")))
    refused = save_both(
        story, his={"passages__0__text": "Ansgar Wire says the gates held."}, mine={"passages__0__DELETE": "on"}
    )
    assert refused.status_code == 200
    (text_conflict,) = refused.context["text_conflicts"]
    assert text_conflict.anchor == f"passages.{story.passages.first().uid}"
    form = filled(refused)
    (removed,) = (name.removesuffix("DELETE") for name in form if name.endswith("-DELETE"))
    assert form[f"{removed}text"] == "Ansgar Wire says the gates held."
    client.post(reverse(story.change_view_name, args=[story.pk]), form | {"_continue": "save"})
    assert [passage.outlets[0].name for passage in build_explainer(story).passages] == ["Radio Tessen"]


def test_only_places_that_both_changed_are_conflicts_and_the_rest_is_merged_in_the_form(save_both, client):
    story = make_story(outlets=(make_outlet(name="Ansgar Wire"), make_outlet(name="Radio Tessen")))
    refused = save_both(
        story,
        his={"standfirst": "His.", "headline": "Why the north pier is closed", "passages__0__DELETE": "on"},
        mine={
            "standfirst": "Mine.",
            "sections__0__text": "It closed.",
            "passages__1__DELETE": "on",
            "passages__2__text": "Nobody says when it opens.",
            "work_topics__0__name": "Port Lisle",
            "note": "What changed.",
        },
    )
    assert [text_conflict.anchor for text_conflict in refused.context["text_conflicts"]] == ["standfirst"]
    assert [run.text for run in refused.context["text_conflicts"][0].theirs] == ["His."]
    assert 'id="head-conflict">1 conflicting change<' in refused.rendered_content
    assert "The form below contains all other changes." in refused.rendered_content
    assert revisions.get_newest_revision(story).number == 2
    form = filled(refused)
    assert (form["headline"], form["standfirst"], form["note"]) == (
        "Why the north pier is closed",
        "Mine.",
        "What changed.",
    )
    client.post(reverse(story.change_view_name, args=[story.pk]), form | {"_continue": "save"})
    document = build_explainer(story)
    assert (document.headline, document.standfirst) == ("Why the north pier is closed", "Mine.")
    assert document.sections[0].text == "It closed."
    assert [passage.text for passage in document.passages] == ["Nobody says when it opens."]
    assert [topic.name for topic in document.topics] == ["Port Lisle"]
    assert revisions.get_newest_revision(story).reason == ""


def source(number: int) -> dict[str, str]:
    return {
        "citations__0__url": f"https://wire.example/{number}",
        "citations__0__title": f"About {number}",
        "citations__0__outlet_name": "Ansgar Wire",
    }


def test_sources_that_both_sides_added_get_different_numbers(save_both):
    story = make_story(outlets=(make_outlet(name="Ansgar Wire"),))
    response = save_both(
        story,
        his=source(1) | {"sections__0__text": "It closed. [@1]"},
        mine=source(2) | {"sections__1__text": "A tide met a storm. [@1]", "passages__0__source_numbers": "1"},
    )
    assert response.status_code == 302
    document = build_explainer(story)
    assert [(cited.number, cited.title) for cited in document.citations] == [(1, "About 1"), (2, "About 2")]
    assert [section.text for section in document.sections[:2]] == ["It closed. [@1]", "A tide met a storm. [@2]"]
    assert document.passages[0].sources == (2,)


def test_a_source_that_is_renumbered_on_a_page_with_conflicts_keeps_its_new_number(save_both, client):
    story = make_story(articles=(make_article(),))
    refused = save_both(
        story,
        his={"standfirst": "His.", "citations__1__url": "https://wire.example/1", "citations__1__title": "About 1",
             "citations__1__outlet_name": "Ansgar Wire"},
        mine={"standfirst": "Mine. [@2]", "citations__1__url": "https://wire.example/2",
              "citations__1__title": "About 2", "citations__1__outlet_name": "Ansgar Wire"},
    )  # fmt: skip
    form = filled(refused)
    assert form["standfirst"] == "Mine. [@3]"
    client.post(reverse(story.change_view_name, args=[story.pk]), form | {"_continue": "save"})
    document = build_explainer(story)
    assert [(cited.number, cited.url) for cited in document.citations][1:] == [
        (2, "https://wire.example/1"),
        (3, "https://wire.example/2"),
    ]


def test_changes_of_both_sides_to_an_article_are_merged(save_both):
    story = make_story(articles=(make_article(title="Old", author=""), make_article(title="Two")))
    save_both(
        story,
        his={"citations__0__title": "New"},
        mine={"citations__0__author": "Ada Holm", "citations__1__title": "Three"},
    )
    first, second = build_explainer(story).citations
    assert (first.title, first.author, second.title) == ("New", "Ada Holm", "Three")


def test_a_source_that_one_side_removed_and_the_other_cites_is_a_conflict(save_both):
    story = make_story(articles=(make_article(title="The survey"),))
    refused = save_both(story, his={"citations__0__DELETE": "on"}, mine={"standfirst": "See [@1]."})
    assert [text_conflict.anchor for text_conflict in refused.context["text_conflicts"]] == ["citations.1"]
    assert filled(refused)["standfirst"] == "See [@1]."


def test_moves_of_different_rows_are_merged(save_both):
    story = make_story(outlets=tuple(make_outlet(name=name) for name in ("One", "Two", "Three", "Four")))
    save_both(
        story,
        his={"passages__0__place": "2", "passages__1__place": "1"},
        mine={"passages__2__place": "4", "passages__3__place": "3"},
    )
    assert [passage.outlets[0].name for passage in build_explainer(story).passages] == ["Two", "One", "Four", "Three"]


def test_an_invalid_save_is_merged_after_it_is_corrected(save_both, client, messages_of):
    story = make_story()
    refused = save_both(story, his={"standfirst": "His."}, mine={"byline_names": "Nobody", "method_note": "Mine."})
    assert refused.status_code == 200
    assert [problem.field for problem in refused.context["problems"]] == ["id_byline_names"]
    assert refused.context["newer_save_note"]
    assert re.search(r"^Jonas Adebar .*\b2\b", find_summary(refused))
    assert re.search(r'<p class="note">[^<]*\b1\b[^<]*\b2\b', refused.content.decode())
    form = filled(refused)
    assert (form["base_revision"], form["method_note"]) == ("1", "Mine.")
    assert build_explainer(story).standfirst == "His."
    saved = client.post(
        reverse(story.change_view_name, args=[story.pk]), form | {"byline_names": "", "_continue": "save"}
    )
    assert re.findall(r"\d+", messages_of(saved)[0]) == ["3", "2"]
    assert (build_explainer(story).standfirst, build_explainer(story).method_note) == ("His.", "Mine.")


def test_a_merged_save_is_not_published(save_both, messages_of):
    story = make_story()
    response = save_both(
        story, his={"standfirst": "His."}, mine={"method_note": "Mine.", "note": "A new note."}, then="publish"
    )
    assert not story.editions.exists()
    assert list_levels(response)[-1] == "warning"
    assert messages_of(response)[-1].endswith("“A new note.”")


def test_a_merged_save_is_not_sent_to_review(save_both, messages_of):
    story = make_story()
    save_both(story, his={"standfirst": "His."}, mine={"method_note": "Mine.", "review_note": "Please."}, then="submit")
    story.refresh_from_db()
    assert (story.state, story.method_note) == ("draft", "Mine.")


def test_the_same_change_by_both_sides_is_saved_once(save_both, messages_of):
    story = make_story()
    response = save_both(story, his={"standfirst": "Ours."}, mine={"standfirst": "Ours."})
    assert re.findall(r"\d+", messages_of(response)[0]) == ["2"]
    assert list_levels(response) == ["success", "info"]
    assert revisions.get_newest_revision(story).number == 2


def test_a_merged_save_creates_a_new_question_once(save_both, messages_of):
    story = make_story()
    response = save_both(
        story,
        his={"standfirst": "His."},
        mine={"story_questions__0__question": "Who closes it?", "story_questions__0__teaser": "The office."},
    )
    faq = FAQ.objects.get()
    assert (faq.question, faq.introduction) == ("Who closes it?", "The office.")
    assert revisions.get_newest_revision(faq).number == 1
    assert "Who closes it?" in messages_of(response)[-1]
    assert build_explainer(story).questions[0].uid == faq.uid


def test_a_ticked_question_stays_ticked_on_a_page_with_conflicts(save_both):
    story = make_story(questions=(make_question(question="Who closes it?"),))
    refused = save_both(
        story, his={"standfirst": "His."}, mine={"standfirst": "Mine.", "story_questions__0__goes_out": "on"}
    )
    assert filled(refused)["story_questions-0-goes_out"] == "on"


@pytest.mark.parametrize(("his", "mine", "owner"), [(True, False, "his"), (False, True, "mine"), (True, True, "mine")])
def test_owners_are_merged(save_both, jonas, editor, client, his, mine, owner):
    people = {"his": make_user(first_name="Bo"), "mine": make_user(first_name="Cy")}
    story = make_story(owner=editor)
    response = save_both(
        story,
        his={"standfirst": "His."} | ({"owner": str(people["his"].pk)} if his else {}),
        mine={"method_note": "Mine."} | ({"owner": str(people["mine"].pk)} if mine else {}),
    )
    if his and mine:
        assert [text_conflict.anchor for text_conflict in response.context["text_conflicts"]] == ["owner"]
        assert response.context["text_conflicts"][0].before == "Ana Kestrel"
        response = client.post(
            reverse(story.change_view_name, args=[story.pk]), filled(response) | {"_continue": "save"}
        )
    assert response.status_code == 302
    story.refresh_from_db()
    assert story.owner == people[owner]


def test_answers_of_a_question_are_merged(save_both):
    faq = make_question(answers=2)
    save_both(faq, his={"answers__0__text": "The office."}, mine={"answers__1__text": "The city."})
    assert [answer.text for answer in faq.answers.all()] == ["The office.", "The city."]


def test_renaming_a_topic_meanwhile_is_not_a_conflict(save_both):
    topic = make_topic(name="Port Lisle")
    story = make_story(topics=(topic,))
    topic.name = "Harbour of Lisle"
    topic.save()
    save_both(story, his={"standfirst": "His."}, mine={"method_note": "Mine."})
    assert [(named.topic, named.name) for named in build_explainer(story).topics] == [(topic.uid, "Harbour of Lisle")]


def test_both_texts_are_shown_if_the_older_revision_cannot_be_restored(client, editor, jonas, save):
    story = make_story()
    image = make_image()
    WorkImage.objects.create(work=story, image=image, alt="A gate")
    revisions.record_revision(story, by=editor)
    address = reverse(story.change_view_name, args=[story.pk])
    form = filled(client.get(address)) | {"_continue": "save", "standfirst": "Mine."}
    save(story, by=jonas, pictures__0__DELETE="on")
    Image.objects.get(pk=image.pk).delete()
    refused = client.post(address, form)
    assert refused.status_code == 200
    assert "standfirst" in [text_conflict.anchor for text_conflict in refused.context["text_conflicts"]]
    assert re.search(r'id="head-conflict">\d+ places? where the two texts differ<', refused.rendered_content)
    assert "conflicting change" not in refused.rendered_content
    assert filled(refused)["standfirst"] == "Mine."


def test_a_section_of_the_same_kind_that_both_sides_added_is_a_conflict(save_both, client):
    story = make_story()
    added = {"sections__4__kind": "timeline"}
    refused = save_both(
        story, his=added | {"sections__4__text": "- Monday"}, mine=added | {"sections__4__text": "- Tuesday"}
    )
    (text_conflict,) = refused.context["text_conflicts"]
    assert text_conflict.anchor == "sections"
    shown = ["".join(run.text for run in runs) for runs in (text_conflict.theirs, text_conflict.mine)]
    assert ["Monday" in shown[0], "Tuesday" in shown[1]] == [True, True]
    client.post(reverse(story.change_view_name, args=[story.pk]), filled(refused) | {"_continue": "save"})
    assert Section.objects.get(story=story, kind="timeline").text == "- Tuesday"


def make_story_with_proposed_topic(**fields):
    story = make_story(topics=(), **fields)
    WorkTopic.objects.create(work=story, proposed_name="Harbours", position=0)
    revisions.record_revision(story, by=None)
    return story


@pytest.fixture
def publish_after(client, editor):
    """Return a function that opens the form, calls ``action``, and then publishes from the form."""

    def publish(story, action, **mine):
        address = reverse(story.change_view_name, args=[story.pk])
        form = filled(client.get(address)) | {"_continue": "publish"} | mine
        action()
        return client.post(address, form)

    return publish


@pytest.mark.parametrize("who", ["the same person", "somebody else"])
@pytest.mark.parametrize("decide", [proposed_names.confirm_topic, proposed_names.reject_topic])
def test_a_decision_on_a_proposed_name_meanwhile_does_not_stop_publication(
    publish_after, messages_of, editor, curator, who, decide
):
    story = make_story_with_proposed_topic()
    topic = make_topic(name="Port Lisle")
    WorkTopic.objects.create(work=story, topic=topic, position=1)
    revisions.record_revision(story, by=editor)
    by = editor if who == "the same person" else curator
    response = publish_after(story, lambda: decide("Harbours", by=by), standfirst="What is known so far.")
    names = [topic.name for topic in story.editions.get().document.value().topics]
    assert names == (["Harbours", "Port Lisle"] if decide is proposed_names.confirm_topic else ["Port Lisle"])
    assert story.editions.get().document.value().standfirst == "What is known so far."
    messages = messages_of(response)
    assert list_levels(response) == ["success", "info"]
    assert f'href="{story.editions.get().get_absolute_url()}"' in messages[0]
    assert re.findall(r"\d+", messages[1]) == ["4"]


def test_a_headline_confirmed_meanwhile_does_not_stop_publication(publish_after, jonas, save):
    story = make_story(headline_confirmed=False)
    publish_after(story, lambda: save(story, by=jonas, headline_confirmed="on"))
    assert story.editions.get().document.value().headline_confirmed


def test_a_changed_text_beside_a_confirmed_name_stops_publication(publish_after, editor, save):
    story = make_story_with_proposed_topic()

    def confirm_and_save():
        proposed_names.confirm_topic("Harbours", by=editor)
        save(story, standfirst="His.")

    publish_after(story, confirm_and_save, method_note="Mine.")
    assert not story.editions.exists()


def test_an_article_changed_meanwhile_stops_publication(publish_after, jonas, save):
    story = make_story(articles=(make_article(),))
    publish_after(story, lambda: save(story, by=jonas, citations__0__title="Another count"))
    assert not story.editions.exists()


def test_a_ticked_question_is_published_with_a_merged_save(publish_after, editor):
    faq = make_question(topics=(make_topic(),))
    story = make_story_with_proposed_topic(questions=(faq,))
    ticked = {"story_questions-0-goes_out": "on"}
    publish_after(story, lambda: proposed_names.confirm_topic("Harbours", by=editor), **ticked)
    assert story.editions.count() == faq.editions.count() == 1


def test_the_publish_screen_works_after_a_decision_on_a_name(client, editor):
    story = make_story_with_proposed_topic()
    address = reverse("admin:stories_story_publish", args=[story.pk])
    form = filled(client.get(address))
    proposed_names.confirm_topic("Harbours", by=editor)
    client.post(address, form)
    assert story.editions.exists()
