"""A page as text, Markdown and JSON: its published content, and nothing that only the desk sees."""

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
    make_update,
    make_user,
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


def get_address(work):
    return f"/{'stories' if work.kind == 'story' else 'questions'}/{work.slug}/"


def get_copies(client, work):
    return {ending: client.get(f"{get_address(work).removesuffix('/')}.{ending}") for ending in TYPES}


def publish_newest(story):
    revisions.record_revision(story, by=None)
    publishing.publish(story, by=make_user())


def get_json(client, story):
    return json.loads(get_copies(client, story)["json"].content)


def test_each_copy_has_its_media_type_and_is_linked_from_its_page(client):
    for work in (make_published_story(), make_published_question()):
        page = client.get(get_address(work)).content.decode()
        for ending, response in get_copies(client, work).items():
            assert (response.status_code, response.headers["Content-Type"]) == (200, TYPES[ending])
            address = f"{get_address(work).removesuffix('/')}.{ending}"
            kind = TYPES[ending].partition(";")[0]
            assert f'<link rel="alternate" href="{address}" type="{kind}">' in page
            assert f'<a class="action" href="{address}" type="{kind}">' in page


def test_all_copies_have_the_same_content(client):
    story = make_published_story(byline=("Ana Kestrel",), questions=(make_published_question(),))
    responses = get_copies(client, story)
    document = upgrade(json.loads(responses["json"].content))
    assert document.headline == story.headline
    assert responses["md"].content.decode() == to_markdown(document)
    assert parse_markdown(responses["md"].content.decode(), KnownNames()).document == document
    assert "What’s happened\n" in responses["txt"].content.decode()


def test_each_copy_names_the_page_as_canonical(client, settings):
    settings.SITE_URL = "https://news.example"
    for work in (make_published_story(language="ar", slug="ميناء"), make_published_question()):
        page = f"https://news.example{quote(get_address(work))}"
        for response in get_copies(client, work).values():
            assert response.headers["Link"] == f'<{page}>; rel="canonical"'


def test_the_text_names_its_page_its_edition_and_its_sources(client, settings, set_time):
    settings.SITE_URL = "https://news.example"
    set_time.go(to=MONDAY)
    question = make_published_question()
    topic = make_topic(name="North pier", description="A row of nine gates.")
    courier = make_outlet(name="Lisle Courier")
    articles = [make_article(outlet=courier, title=f"Weighed {n}") for n in (1, 2)]
    text = "It was weighed.[@2] And again.[@1]"
    story = make_published_story(articles=articles, questions=(question,), topics=(topic,), texts={"behind": text})
    lines = get_copies(client, story)["txt"].content.decode().split("\n")
    assert lines[:4] == [
        story.headline,
        f"Edition 1, {MONDAY.day} {MONDAY:%B %Y}",
        f"https://news.example{get_address(story)}",
        "",
    ]
    heading = lines.index("Common questions")
    assert lines[heading + 1].startswith(f"- {question.question}")
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


def test_labels_and_dates_are_in_the_language_of_the_page(client, set_time):
    set_time.go(to=MONDAY)
    text = get_copies(client, make_published_story(language="de"))["txt"].content.decode()
    assert "3. März 2031" in text.split("\n")[1]


def test_citations_have_the_numbers_of_their_sources(client):
    articles = [make_article(title=f"Weighed {n}") for n in (1, 2, 3)]
    story = make_story(articles=articles, texts={"behind": "It was weighed[@2]. And again.[@1]"})
    story.passages.earliest("position").articles.add(articles[2])
    publish_newest(story)
    text = get_copies(client, story)["txt"].content.decode()
    body, _, sources = text.partition("\nSources\n")
    assert "It was weighed[1]. And again.[2]" in body
    assert "weighed twice.[3]" in body
    assert [f"{number}. Weighed {n}" in sources for number, n in ((1, 2), (2, 1), (3, 3))] == [True] * 3


def test_the_text_of_a_question_has_citations_and_as_of_dates(client):
    question = make_question()
    citations.cite_article(question, make_article(title="Measured"))
    question.answers.update(text="The office signs it.[@1]")
    publish_newest(question)
    text = get_copies(client, question)["txt"].content.decode()
    assert text.count("The office signs it.[1]\nas of 9 November 2026\n") == 2
    assert "1. Measured" in text


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("en", ["Corrections", "- 3 March 2031", "  Wrong: It was ten.", "  Right: It is two.", "  Misread."]),
        ("de", ["Berichtigungen", "- 3. März 2031", "  Falsch: It was ten.", "  Richtig: It is two.", "  Misread."]),
        ("ar", ["التصحيحات", "- 3 مارس 2031", "  الخطأ: It was ten.", "  الصواب: It is two.", "  Misread."]),
    ],
)
def test_corrections_are_in_the_language_of_the_page(client, set_time, language, lines):
    set_time.go(to=MONDAY)
    story = make_published_story(language=language)
    set_time.go(to=MONDAY + timedelta(hours=1))
    story.sections.filter(kind="background").update(text="A survey asked for a limit of two tonnes in that year.")
    revisions.record_revision(story, by=None)
    publishing.correct(story, by=make_user(), was_wrong="It was ten.", is_right="It is two.", note="Misread.")
    assert "\n".join(["", *lines, ""]) in get_copies(client, story)["txt"].content.decode()
    for ending in ("md", "json"):
        assert "Misread" not in get_copies(client, story)[ending].content.decode()


TIMELINE = "- 2026-11-08 18:00 — It rained.\n- 2026-11-09 — It flooded.\n\n  Twice.\n- **1998:** It was built."
UNKNOWNS = "- [open] Why was there no alarm? (since 2026-11-09) Nobody says.\n- [answered] Was it shut? Yes."


@pytest.mark.parametrize(
    ("language", "expected"),
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
def test_days_and_states_are_spelled_out_without_blank_lines_between_items(client, language, expected):
    story = make_story(language=language)
    for position, (kind, heading, text) in enumerate(
        (("timeline", "Timeline", TIMELINE), ("unknowns", "Unknown", UNKNOWNS)), start=7
    ):
        Section.objects.create(story=story, kind=kind, heading=heading, text=text, position=position)
    publish_newest(story)
    assert expected in get_copies(client, story)["txt"].content.decode()


def test_the_role_of_a_person_follows_the_name_in_brackets(client):
    story = make_story()
    people = "- **Ana Kestrel**, judge — leads the inquiry.\n- **Harald Vinter**: counts."
    Section.objects.create(story=story, kind="people", heading="People", text=people, position=7)
    publish_newest(story)
    text = get_copies(client, story)["txt"].content.decode()
    assert "People\n- Ana Kestrel (judge)\n  leads the inquiry.\n" in text


def test_the_text_of_a_question_page_begins_with_the_question(client):
    question = make_published_question()
    text = get_copies(client, question)["txt"].content.decode()
    assert text.startswith(f"{question.question}\nEdition 1, ")


def test_no_copy_contains_parts_that_only_the_desk_sees(client):
    unread = make_article(title="An article that nothing cites")
    story = make_story(articles=(make_article(), unread), lead_image=make_image(), lead_decorative=True)
    story.sections.filter(kind="behind").update(text="A survey.[@1] ![words in the source](picture:nowhere)")
    Section.objects.create(story=story, kind="free", heading="A part still to be written", position=8)
    WorkImage.objects.create(work=story, image=make_image(), alt="A picture that stands nowhere")
    story.refresh_from_db()
    revisions.record_revision(story, by=None)
    publishing.publish(story, by=make_user())
    text = "".join(response.content.decode() for response in get_copies(client, story).values())
    assert "A survey." in text
    for hidden in (
        "nothing cites", "to be written", "stands nowhere", "headline_confirmed: true",
        '"headline_confirmed": true',
    ):  # fmt: skip
        assert hidden not in text


def test_links_to_pages_that_are_not_public_become_plain_text(client, settings):
    settings.SITE_URL = "https://news.example"
    topic, draft = make_topic(), make_story()
    other = make_published_story()
    markdown = f"[Pier](story:{other.uid}), [plan](story:{draft.uid}), [topic](topic:{topic.uid})."
    story = make_published_story(topics=(topic,), texts={"behind": markdown})
    for ending in ("md", "json"):
        content = get_copies(client, story)[ending].content.decode()
        assert f"[Pier](https://news.example{get_address(other)}), plan, [topic](https://news.example/" in content
        assert str(draft.uid) not in content


def test_a_scheduled_edition_appears_in_copies_when_it_is_due(client, set_time):
    editor, story = make_user(), make_published_story()
    story.sections.filter(kind="behind").update(text="What is said on Tuesday.")
    revisions.record_revision(story, by=editor)
    publishing.schedule(story, by=editor, at=MONDAY + timedelta(days=1), change=make_update())
    for response in get_copies(client, story).values():
        assert "on Tuesday" not in response.content.decode()
    set_time.go(days=1)
    for response in get_copies(client, story).values():
        assert "on Tuesday" in response.content.decode()


def test_copies_of_a_moved_page_redirect_and_those_of_a_withdrawn_page_answer_410(client, set_time):
    editor, story = make_user(), make_published_story(slug="old-place")
    type(story).objects.filter(pk=story.pk).update(slug="new-place")
    story.refresh_from_db()
    revisions.record_revision(story, by=editor)
    set_time.go(minutes=1)
    publishing.publish(story, by=editor, change=make_update())
    set_time.go(minutes=1)
    for ending in TYPES:
        response = client.get(f"/stories/old-place.{ending}")
        assert (response.status_code, response.headers["Location"]) == (301, f"/stories/new-place.{ending}")
    publishing.withdraw(story, by=editor, notice="Its source took it back.")
    set_time.go(minutes=1)
    for ending, response in get_copies(client, story).items():
        assert response.status_code == 410
        content = response.content.decode()
        if ending == "json":
            assert story.headline not in content
            assert response.headers["Content-Type"] == "application/problem+json"
            assert json.loads(content)["detail"] == "Its source took it back."
        else:
            assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
            assert content == f"Withdrawn: {story.headline}\n\nIts source took it back.\n"


def test_a_draft_has_no_copy(client):
    outlet = make_outlet()
    for response in get_copies(client, make_story(outlets=(outlet,))).values():
        assert response.status_code == 404
