"""*In figures*: the same rows on the page, in copies, feeds and exports, and after an import."""

from datetime import date
from uuid import uuid4

import pytest

from stories import drafts
from stories.documents import KeyFigure
from stories.documents.export import EXPORTERS, to_text
from stories.documents.merge import merge
from stories.documents.merge.citations import renumber_sources
from stories.documents.parse import KnownNames, UnreadableDocumentError, parse_file
from stories.documents.parse.markdown import parse_markdown
from stories.imports.preserve_ids import preserve_ids
from stories.models import Citation
from stories.models import KeyFigure as FigureRow
from stories.publishing import publish
from tests.factories import edition_of, make_article, make_story, make_user

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 9)
# Ranges, negative numbers, currencies and Arabic digits, each with what it counts.
FIGURES = [("4,200 to 6,000", "homes evacuated"), ("−3.4 %", "less rain"), ("€ 2.1 bn", "of damage"), ("٢٦", "ships")]


@pytest.fixture
def story():
    """Return a story with figures."""
    story = make_story(slug="pier")
    article = make_article(title="What the gauge showed")
    Citation.objects.create(work=story, article=article, number=41)
    for position, (value, counts) in enumerate(FIGURES):
        FigureRow.objects.create(
            story=story,
            value=value,
            counts=counts,
            according_to="Civil defence",
            as_of=DAY,
            article=article,
            position=position,
        )
    return story


def test_the_page_lists_each_figure_with_what_it_counts_its_origin_and_its_citation(client, story):
    publish(story, by=make_user())
    page = client.get("/stories/pier/").content.decode()
    assert page.count('<dl class="figures">') == 1
    for value, counts in FIGURES:
        assert f"<bdi>{value}</bdi></span> {counts}</dt><dd>Civil defence, <time" in page
    assert page.count('id="cite-figure-') == len(FIGURES)
    assert page.index(">In figures</h2>") < page.index('id="sources"')
    assert 'href="#id-figures"' in page


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("/stories/pier.txt", "4,200 to 6,000 homes evacuated (Civil defence, 9 November 2026) ["),
        ("/stories/pier.md", "- 4,200 to 6,000 homes evacuated (Civil defence, 9 November 2026)."),
        ("/feeds/stories.atom", "4,200 to 6,000&lt;/bdi&gt; homes evacuated (Civil defence"),
        ("/feeds/stories.json", "4,200 to 6,000</bdi> homes evacuated (Civil defence"),
    ],
)
def test_copies_and_feeds_have_each_figure_as_a_sentence(client, story, address, sentence):
    publish(story, by=make_user())
    assert sentence in client.get(address).content.decode()


def test_the_api_has_the_parts_of_each_figure(client, story):
    publish(story, by=make_user())
    sections = client.get("/api/v1/stories/pier").json()["sections"]
    (section,) = [each for each in sections if each["figures"]]
    assert section["heading"] == "In figures"
    assert section["text"].startswith("4,200 to 6,000 homes evacuated (Civil defence, 9 November 2026).")
    first = section["figures"][0]
    assert first["source"] in {each["number"] for each in client.get("/api/v1/stories/pier").json()["sources"]}
    assert first | {"source": 0} == {
        "figure": "4,200 to 6,000",
        "counts": "homes evacuated",
        "according_to": "Civil defence",
        "as_of": "2026-11-09",
        "source": 0,
    }


@pytest.mark.parametrize("format", ["markdown", "json"])
def test_an_imported_and_published_export_has_the_same_rows(story, format):
    exported = EXPORTERS[format](drafts.build_document(story))
    document = parse_file(exported.encode(), KnownNames(), format=format).imported.document
    (copy,) = drafts.create_works([document.changed(uid=uuid4())], owner=None, by=None).works
    publish(copy, by=make_user())
    published = edition_of(copy).document.value()
    assert EXPORTERS[format](published) == EXPORTERS[format](drafts.build_document(copy))
    figures = parse_file(EXPORTERS[format](published).encode(), KnownNames(), format=format).imported.document.figures
    assert [each.model_copy(update={"uid": None}) for each in figures] == [
        each.model_copy(update={"uid": None}) for each in document.figures
    ]


def test_plain_text_keeps_every_figure_but_its_source(story):
    document = drafts.build_document(story)
    imported = parse_file(to_text(document).encode(), KnownNames(), format="text").imported.document
    assert to_text(imported) == to_text(document)
    parts = ("value", "counts", "according_to", "as_of")
    assert [[getattr(each, name) for name in parts] for each in imported.figures] == [
        [getattr(each, name) for name in parts] for each in document.figures
    ]
    assert preserve_ids(imported, document).figures == document.figures


@pytest.mark.parametrize("language", ["de", "es", "ar"])
def test_plain_text_has_figures_in_the_language_of_the_story(story, language):
    document = drafts.build_document(story).changed(language=language)
    imported = parse_file(to_text(document).encode(), KnownNames(), format="text").imported.document
    assert [each.as_of for each in imported.figures] == [DAY] * len(FIGURES)


def test_a_list_under_in_figures_that_is_not_of_figures_is_a_section_of_its_own():
    text = "What's happened\nThe gate closed.\nIn figures\n-\nMany homes were emptied.\n"
    document = parse_file(text.encode(), KnownNames(), format="text").imported.document
    assert document.figures == ()
    assert document.sections[-1].heading == "In figures"
    assert "Many homes" in document.sections[-1].text


def test_markdown_whose_sentences_differ_from_the_front_matter_is_refused(story):
    markdown = EXPORTERS["markdown"](drafts.build_document(story))
    with pytest.raises(UnreadableDocumentError, match="front matter too"):
        parse_markdown(markdown.replace("- 4,200 to 6,000 homes", "- 4,300 to 6,000 homes"), KnownNames())


def test_a_figure_whose_source_the_other_side_removed_is_a_conflict(story):
    base = drafts.build_document(story)
    figures = tuple(each.model_copy(update={"source": None}) for each in base.figures)
    without = base.changed(figures=figures, citations=tuple(c for c in base.citations if c.number != 41))
    added = base.changed(figures=(*base.figures, KeyFigure(uid=uuid4(), value="7", counts="boats", source=41)))
    merged = merge(base, without, added)
    assert any(conflict.anchor == "citations.41" for conflict in merged.conflicts)
    assert merged.document.changed() == merged.document


def test_a_source_that_changes_its_number_changes_it_in_figures(story):
    document = renumber_sources(drafts.build_document(story), {41: 50})
    assert {each.source for each in document.figures} == {50}
