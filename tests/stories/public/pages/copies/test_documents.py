"""A page as text, Markdown and JSON: what readers saw, and nothing that the desk keeps beside it."""

import json
from datetime import timedelta
from urllib.parse import quote

import pytest

from stories import publishing
from stories.documents import upgrade
from stories.documents.export import to_markdown
from stories.documents.parse import KnownNames
from stories.documents.parse.markdown import parse_markdown
from stories.drafts import citations, revisions
from stories.models import Section, WorkImage
from tests.clocks import MONDAY
from tests.factories import (
    make_article,
    make_image,
    make_outlet,
    make_published_question,
    make_published_story,
    make_question,
    make_story,
    make_topic,
    make_user,
    update,
)

pytestmark = pytest.mark.django_db

TYPES = {
    "txt": "text/plain; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "json": "application/json; charset=utf-8",
}


@pytest.fixture(autouse=True)
def _monday(set_time):
    return set_time


def address_of(work):
    return f"/{'stories' if work.kind == 'story' else 'questions'}/{work.slug}/"


def copies(client, work):
    return {ending: client.get(f"{address_of(work).removesuffix('/')}.{ending}") for ending in TYPES}


def published(story):
    revisions.record_revision(story, by=None)
    publishing.publish(story, by=make_user())


def body(client, story):
    return json.loads(copies(client, story)["json"].content)


def test_each_copy_says_what_it_is_and_is_linked_from_its_page(client):
    for work in (make_published_story(), make_published_question()):
        page = client.get(address_of(work)).content.decode()
        for ending, response in copies(client, work).items():
            assert (response.status_code, response.headers["Content-Type"]) == (200, TYPES[ending])
            address = f"{address_of(work).removesuffix('/')}.{ending}"
            kind = TYPES[ending].partition(";")[0]
            assert f'<link rel="alternate" href="{address}" type="{kind}">' in page
            assert f'<a class="action" href="{address}" type="{kind}">' in page


def test_the_copies_are_one_document(client):
    story = make_published_story(byline=("Ana Kestrel",), questions=(make_published_question(),))
    found = copies(client, story)
    document = upgrade(json.loads(found["json"].content))
    assert document.headline == story.headline
    assert found["md"].content.decode() == to_markdown(document)
    assert parse_markdown(found["md"].content.decode(), KnownNames()).document == document
    assert "What’s happened\n" in found["txt"].content.decode()


def test_each_copy_names_the_page_as_the_one_to_lead_to(client, settings):
    settings.SITE_URL = "https://news.example"
    for work in (make_published_story(language="ar", slug="ميناء"), make_published_question()):
        page = f"https://news.example{quote(address_of(work))}"
        for response in copies(client, work).values():
            assert response.headers["Link"] == f'<{page}>; rel="canonical"'


def test_the_text_says_what_it_is_a_copy_of_and_on_what_it_rests(client, settings, set_time):
    settings.SITE_URL = "https://news.example"
    set_time.go(to=MONDAY)
    question = make_published_question()
    topic = make_topic(name="North pier", description="A row of nine gates.")
    courier = make_outlet(name="Lisle Courier")
    articles = [make_article(outlet=courier, title=f"Weighed {n}") for n in (1, 2)]
    text = "It was weighed.[@2] And again.[@1]"
    story = make_published_story(articles=articles, questions=(question,), topics=(topic,), texts={"behind": text})
    lines = copies(client, story)["txt"].content.decode().split("\n")
    assert lines[:4] == [
        story.headline,
        f"Edition 1.0, {MONDAY.day} {MONDAY:%B %Y}",
        f"https://news.example{address_of(story)}",
        "",
    ]
    asked = lines.index("Common questions")
    assert lines[asked + 1].startswith(f"- {question.question}")
    assert any(line.startswith("- North pier") for line in lines)
    sources = lines[lines.index("Sources") + 1 :]
    assert sources == [
        "1. Weighed 2",
        "   Lisle Courier, 9 November 2026",
        f"   {articles[1].url}",
        "2. Weighed 1",
        "   Lisle Courier, 9 November 2026",
        f"   {articles[0].url}",
        "",
    ]


def test_the_words_around_a_text_are_in_its_language(client, set_time):
    set_time.go(to=MONDAY)
    said = copies(client, make_published_story(language="de"))["txt"].content.decode()
    assert "3. März 2031" in said.split("\n")[1]


def test_the_text_has_the_numbers_of_its_sources_where_they_are_cited(client):
    articles = [make_article(title=f"Weighed {n}") for n in (1, 2, 3)]
    story = make_story(articles=articles, texts={"behind": "It was weighed[@2]. And again.[@1]"})
    story.passages.earliest("position").articles.add(articles[2])
    published(story)
    said = copies(client, story)["txt"].content.decode()
    text, _, sources = said.partition("\nSources\n")
    assert "It was weighed[1]. And again.[2]" in text
    assert "weighed twice.[3]" in text
    assert [f"{number}. Weighed {n}" in sources for number, n in ((1, 2), (2, 1), (3, 3))] == [True] * 3


def test_the_text_of_a_question_has_numbers_and_the_days_of_its_answers(client):
    question = make_question()
    citations.cite_article(question, make_article(title="Measured"))
    question.answers.update(text="The office signs it.[@1]")
    published(question)
    said = copies(client, question)["txt"].content.decode()
    assert said.count("The office signs it.[1]\nas of 9 November 2026\n") == 2
    assert "1. Measured" in said


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("en", ["Corrections", "- 3 March 2031", "  Wrong: It was ten.", "  Right: It is two.", "  Misread."]),
        ("de", ["Berichtigungen", "- 3. März 2031", "  Falsch: It was ten.", "  Richtig: It is two.", "  Misread."]),
        ("ar", ["التصحيحات", "- 3 مارس 2031", "  الخطأ: It was ten.", "  الصواب: It is two.", "  Misread."]),
    ],
)
def test_the_text_has_its_corrections_in_its_language(client, set_time, language, lines):
    set_time.go(to=MONDAY)
    story = make_published_story(language=language)
    set_time.go(to=MONDAY + timedelta(hours=1))
    story.sections.filter(kind="background").update(text="A survey asked for a limit of two tonnes in that year.")
    revisions.record_revision(story, by=None)
    publishing.correct(story, by=make_user(), was_wrong="It was ten.", is_right="It is two.", note="Misread.")
    assert "\n".join(["", *lines, ""]) in copies(client, story)["txt"].content.decode()
    for ending in ("md", "json"):
        assert "Misread" not in copies(client, story)[ending].content.decode()


TIMELINE = "- 2026-11-08 18:00 — It rained.\n- 2026-11-09 — It flooded.\n\n  Twice.\n- **1998:** It was built."
UNKNOWNS = "- [open] Why was there no alarm? (since 2026-11-09) Nobody says.\n- [answered] Was it shut? Yes."


@pytest.mark.parametrize(
    ("language", "wanted"),
    [
        (
            "en",
            "Timeline\n- 8 November 2026, 18:00\n  It rained.\n- 9 November 2026\n  It flooded.\n  Twice.\n- 1998\n  It was built.\n\n"
            "Unknown\n- Open since 9 November 2026\n  Why was there no alarm?\n  Nobody says.\n- Answered\n  Was it shut?\n  Yes.\n",
        ),
        (
            "es",
            "Timeline\n- 8 de noviembre de 2026, 18:00\n  It rained.\n- 9 de noviembre de 2026\n  It flooded.\n  Twice.\n"
            "- 1998\n  It was built.\n\n"
            "Unknown\n- Abierta since 9 de noviembre de 2026\n  Why was there no alarm?\n  Nobody says.\n- Respondida\n  Was it shut?\n  Yes.\n",
        ),
    ],
)
def test_days_and_states_are_in_words_and_no_blank_line_parts_items(client, language, wanted):
    story = make_story(language=language)
    for place, (kind, heading, text) in enumerate(
        (("timeline", "Timeline", TIMELINE), ("unknowns", "Unknown", UNKNOWNS)), start=7
    ):
        Section.objects.create(story=story, kind=kind, heading=heading, text=text, position=place)
    published(story)
    assert wanted in copies(client, story)["txt"].content.decode()


def test_the_role_of_a_person_is_parted_from_the_name(client):
    story = make_story()
    text = "- **Ana Kestrel**, judge — leads the inquiry.\n- **Harald Vinter**: counts."
    Section.objects.create(story=story, kind="people", heading="People", text=text, position=7)
    published(story)
    said = copies(client, story)["txt"].content.decode()
    assert "People\n- Ana Kestrel (judge)\n  leads the inquiry.\n" in said


def test_the_text_of_a_question_begins_with_it(client):
    question = make_published_question()
    said = copies(client, question)["txt"].content.decode()
    assert said.startswith(f"{question.question}\nEdition 1.0, ")


def test_what_the_desk_keeps_beside_the_page_is_in_no_copy(client):
    unread = make_article(title="An article that nothing cites")
    story = make_story(articles=(make_article(), unread), lead_image=make_image(), lead_decorative=True)
    story.sections.filter(kind="behind").update(text="A survey.[@1] ![words in the source](picture:nowhere)")
    Section.objects.create(story=story, kind="free", heading="A part still to be written", position=8)
    WorkImage.objects.create(work=story, image=make_image(), alt="A picture that stands nowhere")
    story.refresh_from_db()
    revisions.record_revision(story, by=None)
    publishing.publish(story, by=make_user())
    said = "".join(response.content.decode() for response in copies(client, story).values())
    assert "A survey." in said
    for hidden in (
        "nothing cites", "to be written", "stands nowhere", "headline_confirmed: true",
        '"headline_confirmed": true',
    ):  # fmt: skip
        assert hidden not in said


def test_links_lead_to_what_is_public_and_leave_words_otherwise(client, settings):
    settings.SITE_URL = "https://news.example"
    topic, draft = make_topic(), make_story()
    other = make_published_story()
    text = f"[Pier](story:{other.uid}), [plan](story:{draft.uid}), [topic](topic:{topic.uid})."
    story = make_published_story(topics=(topic,), texts={"behind": text})
    for ending in ("md", "json"):
        said = copies(client, story)[ending].content.decode()
        assert f"[Pier](https://news.example{address_of(other)}), plan, [topic](https://news.example/" in said
        assert str(draft.uid) not in said


def test_a_copy_is_of_the_edition_live_now_and_of_nothing_that_waits(client, set_time):
    editor, story = make_user(), make_published_story()
    story.sections.filter(kind="behind").update(text="What is said on Tuesday.")
    revisions.record_revision(story, by=editor)
    publishing.schedule(story, by=editor, at=MONDAY + timedelta(days=1), change=update())
    for response in copies(client, story).values():
        assert "on Tuesday" not in response.content.decode()
    set_time.go(days=1)
    for response in copies(client, story).values():
        assert "on Tuesday" in response.content.decode()


def test_a_moved_page_leads_to_the_same_copy_and_a_withdrawn_one_is_gone(client, set_time):
    editor, story = make_user(), make_published_story(slug="old-place")
    type(story).objects.filter(pk=story.pk).update(slug="new-place")
    story.refresh_from_db()
    revisions.record_revision(story, by=editor)
    set_time.go(minutes=1)
    publishing.publish(story, by=editor, change=update())
    set_time.go(minutes=1)
    for ending in TYPES:
        response = client.get(f"/stories/old-place.{ending}")
        assert (response.status_code, response.headers["Location"]) == (301, f"/stories/new-place.{ending}")
    publishing.withdraw(story, by=editor, notice="Its source took it back.")
    set_time.go(minutes=1)
    for ending, response in copies(client, story).items():
        assert response.status_code == 410
        said = response.content.decode()
        assert story.headline not in said
        if ending == "json":
            assert response.headers["Content-Type"] == "application/problem+json"
            assert json.loads(said)["detail"] == "Its source took it back."
        else:
            assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
            assert said == "This page was withdrawn\n\nIts source took it back.\n"


def test_a_draft_has_no_copy(client):
    outlet = make_outlet()
    for response in copies(client, make_story(outlets=(outlet,))).values():
        assert response.status_code == 404
