"""Corrections directly after the paragraphs that they correct."""

import re
from datetime import timedelta

import pytest

from stories import publishing
from stories.documents.render import ExplainerFragments
from stories.documents.render.paragraphs import find_sentence, measure_shared, split_paragraphs, text_without_citations
from stories.drafts import revisions
from stories.models import Change, ChangeNote, Citation, Edition, KeyFigure
from stories.public.pages.history.changes import Stage
from stories.public.pages.works.corrections import PlacedCorrections
from tests.clocks import MONDAY
from tests.factories import (
    edition_of,
    make_article,
    make_outlet,
    make_published_question,
    make_published_story,
    make_story,
    make_update,
    reduce_checks_to_hints,
)

pytestmark = pytest.mark.django_db
OPENING = "Lorries have to go round by the old quay, and nobody says for how long."
WRONG, RIGHT = "The barrier has eleven gates.", "The barrier has nine gates."
NEXT = "The inquiry begins on Monday in the town hall."


@pytest.fixture(autouse=True)
def _monday(set_time):
    return set_time


def write(story, **texts):
    for kind, text in texts.items():
        story.sections.filter(kind=kind).update(text=text)
    revisions.record_revision(story, by=None)
    return story


def read_blocks(client, address):
    """Return the paragraphs, list items and corrections of a page in order, as text."""
    page = client.get(address).content.decode().partition("<main")[2].partition('id="changes"')[0]
    page = page.partition('class="story-body"')[2] or page
    blocks = re.findall(r'<(?:p|li|div class="correction")\b[^>]*>(.*?)</(?:p|li)>', page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]*>", "", block).split()) for block in blocks]


def find_block(blocks, words):
    return next(position for position, block in enumerate(blocks) if words in block)


@pytest.fixture
def story(editor, set_time):
    """Return a story whose third day brought a correction of its second paragraph."""
    story = make_published_story(
        by=editor, slug="barrier", texts={"background": f"{OPENING}\n\n{WRONG} It opened in 1998.\n\n{NEXT}"}
    )
    set_time.go(days=2)
    return publishing.correct(
        write(story, background=f"{OPENING}\n\n{RIGHT} It opened in 1998.\n\n{NEXT}"),
        by=editor,
        was_wrong=WRONG,
        is_right=RIGHT,
        note="We counted two lamps.",
    ).work.story


def test_the_edition_stores_section_paragraph_and_since_when_the_words_were_wrong(story):
    edition = edition_of(story)
    assert edition.corrected_section == story.sections.get(kind="background").uid
    assert edition.corrected_paragraph == 1
    assert edition.wrong_since == MONDAY


def test_a_correction_directly_follows_its_paragraph(client, story):
    blocks = read_blocks(client, "/stories/barrier/")
    place = find_block(blocks, "It opened in 1998.")
    assert "Wrong: eleven Right: nine gates. We counted two lamps." in blocks[place + 1]
    assert "from 3 to 5 March." in blocks[place + 1]
    assert NEXT in blocks[place + 2]


def test_it_moves_with_its_paragraph(client, story, editor, set_time):
    set_time.go(days=1)
    text = f"{NEXT}\n\nOne more.\n\nSince then, the barrier has nine gates. It opened in 1998.\n\n{OPENING}"
    publishing.publish(write(story, background=text), by=editor, change=make_update())
    blocks = read_blocks(client, "/stories/barrier/")
    assert "Wrong: eleven" in blocks[find_block(blocks, "It opened in 1998.") + 1]


def test_it_is_at_the_head_of_the_section_when_the_paragraph_is_gone(client, story, editor, set_time):
    set_time.go(days=1)
    publishing.publish(write(story, background=f"{OPENING}\n\n{NEXT}"), by=editor, change=make_update())
    blocks = read_blocks(client, "/stories/barrier/")
    assert find_block(blocks, "Wrong: eleven") == find_block(blocks, OPENING) - 1


def test_it_is_only_in_the_list_of_changes_when_the_section_is_gone(client, story, editor, set_time):
    set_time.go(days=1)
    reduce_checks_to_hints()
    story.sections.get(kind="background").delete()
    publishing.publish(write(story), by=editor, change=make_update())
    page = client.get("/stories/barrier/").content.decode()
    assert 'id="correction-2"' not in page
    assert 'class="corrected marked strong" href="#changes"' in page
    assert WRONG.partition("eleven")[0] in page.partition('id="changes"')[2]


def test_a_correction_of_an_earlier_release_is_found_by_its_words(story):
    edition = edition_of(story)
    place = (edition.corrected_section, edition.corrected_paragraph)
    edition.corrected_section = edition.corrected_paragraph = None
    fragments = ExplainerFragments.model_validate(edition.fragments)
    placed = PlacedCorrections.place(fragments, [Stage(edition, 2, "", None)], edition=edition, at=MONDAY)
    (section,) = (each for each in placed.mark(fragments).sections if each.uid == place[0])
    assert section.body_html.split("</p>")[place[1] + 1].startswith('<i data-correction="2"></i>')


def test_a_paraphrase_belongs_to_the_paragraph_that_changed(client, story, editor, set_time):
    set_time.go(days=1)
    publishing.correct(
        write(story, background=f"{OPENING}\n\n{RIGHT} It opened in 1997.\n\n{NEXT}"),
        by=editor,
        was_wrong="We gave a wrong year.",
        is_right="The year is 1997.",
    )
    assert edition_of(story).corrected_paragraph == 1
    assert edition_of(story).wrong_since is None
    blocks = read_blocks(client, "/stories/barrier/")
    place = find_block(blocks, "It opened in 1997.")
    assert ["eleven" in block for block in blocks[place + 1 : place + 3]] == [True, False]
    assert "We gave a wrong year." in blocks[place + 2]


def test_an_earlier_edition_has_the_corrections_made_until_then(client, story):
    assert 'id="correction-2"' not in client.get("/stories/barrier/history/1/").content.decode()
    page = client.get("/stories/barrier/history/2/").content.decode()
    assert 'id="correction-2"' in page
    assert 'href="#correction-2"' in page


def test_a_passage_is_corrected_in_place(client, editor, set_time):
    story = make_published_story(by=editor, slug="barrier", outlets=(make_outlet(),))
    passage = story.passages.first()
    set_time.go(hours=2)
    passage.text = "The paper reports that nine gates were shut."
    passage.save()
    publishing.correct(write(story), by=editor, was_wrong="Eleven gates were shut.", is_right="Nine gates were shut.")
    blocks = read_blocks(client, "/stories/barrier/")
    assert "Wrong: Eleven" in blocks[find_block(blocks, "The paper reports that nine gates were shut.") + 1]


def test_a_figure_is_corrected_in_place(client, editor, set_time):
    story = make_story(slug="barrier")
    article = make_article()
    Citation.objects.create(work=story, article=article, number=41)
    figure = KeyFigure.objects.create(
        story=story,
        value="4,200",
        counts="homes were emptied",
        according_to="Civil defence",
        article=article,
        position=0,
    )
    publishing.publish(write(story), by=editor)
    set_time.go(hours=2)
    figure.value = "4,650"
    figure.save()
    publishing.correct(
        write(story), by=editor, was_wrong="4,200 homes were emptied.", is_right="4,650 homes were emptied."
    )
    page = client.get("/stories/barrier/").content.decode()
    (entry,) = re.findall(r'<dl class="figures">(.*?)</dl>', page, re.DOTALL)
    assert entry.index("4,650</bdi>") < entry.index('<dd><div class="correction" id="correction-2">')
    assert 'class="corrected marked strong" href="#correction-2"' in page
    assert "correction-2" not in client.get("/feeds/stories.json").content.decode()


def test_an_answer_is_corrected_in_place(client, editor, set_time):
    question = make_published_question(by=editor, slug="may-they", question="May they use it?")
    set_time.go(days=1)
    question.answers.update(text="Nobody may use it.")
    revisions.record_revision(question, by=editor)
    publishing.correct(question, by=editor, was_wrong="All may use it.", is_right="Nobody may use it.")
    page = client.get("/questions/may-they/").content.decode()
    assert re.search(r'<p>Nobody may use it\.</p><div class="correction" id="correction-2">', page)
    assert 'class="corrected marked strong" href="#correction-2"' in page


def test_a_correction_of_what_was_wrong_for_hours_names_one_day(client, editor, set_time):
    story = make_published_story(by=editor, slug="barrier", texts={"background": f"{WRONG} It opened in 1998."})
    set_time.go(hours=2)
    publishing.correct(write(story, background=RIGHT), by=editor, was_wrong=WRONG, is_right=RIGHT)
    assert "on this page on 3 March." in " ".join(read_blocks(client, "/stories/barrier/"))


def test_the_text_copy_has_the_correction_in_place_and_in_its_list(client, story):
    lines = client.get("/stories/barrier.txt").content.decode().split("\n")
    place = next(number for number, line in enumerate(lines) if "It opened in 1998." in line)
    assert lines[place + 2] == f"[Correction, 5 March 2031. Wrong: {WRONG} Right: {RIGHT} We counted two lamps.]"
    assert NEXT in lines[place + 4]
    assert "- 5 March 2031" in lines


def test_corrections_are_not_part_of_the_text_for_programs(client, story):
    data = client.get("/api/v1/stories/barrier").json()
    (section,) = (each for each in data["sections"] if "1998" in each["html"])
    assert "correction" not in section["html"]
    assert "eleven" not in section["text"]


def test_a_scheduled_correction_stores_its_place(editor, set_time):
    story = make_story(slug="later", texts={"background": f"{WRONG} It opened in 1998."})
    publishing.publish(story, by=editor)
    at = MONDAY + timedelta(days=3)
    change = ChangeNote(Change.CORRECTION, "", WRONG, RIGHT)
    publishing.schedule(write(story, background=f"{RIGHT} It opened in 1998."), by=editor, at=at, change=change)
    scheduled = Edition.objects.get(live_from=at)
    assert (scheduled.corrected_paragraph, scheduled.wrong_since) == (0, MONDAY)


def test_paragraphs_are_those_of_the_text_and_its_lists():
    html = (
        '<p>One<sup><a class="cite">1</a></sup>.</p>\n<h3>Two</h3>\n<ul>\n<li>Three<br>three</li>\n'
        "<li>\n<p>Four</p>\n<ul>\n<li>Five</li></ul></li>\n</ul>\n<blockquote>\n<p>Six</p>\n</blockquote>\n"
        '<div class="table"><table><tr><td>Seven</td></tr></table></div>\n'
        '<div class="footnotes">\n<ol>\n<li><p>Note</p></li>\n</ol>\n</div>\n'
    )
    assert [paragraph.words for paragraph in split_paragraphs(html)] == [
        "One.", "Threethree", "Four Five", "Six", "Seven",
    ]  # fmt: skip


def test_a_sentence_is_found_by_its_pairs_of_words():
    assert measure_shared("Of gates, the barrier has nine today.", "The barrier has nine gates.") == pytest.approx(0.75)
    assert measure_shared("Nine.", "nine") == 1
    assert measure_shared("", "nine") == 0
    assert find_sentence({}, RIGHT) == []


def test_text_without_citations_has_no_tags_either():
    html = '<p>Tides &amp; <em>gates</em>.<sup><a href="#source-1"><span>Source </span>1</a></sup></p>\n<p>Two.</p>'
    assert text_without_citations(html) == "Tides & gates. Two."
