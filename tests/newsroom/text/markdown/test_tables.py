"""Tables: captions, source lines, and columns of numbers."""

import pytest
from django.utils import translation

from newsroom.text.markdown import render

RENTS = """Table: Rents by **district**[@1]

| District | Rent | Share | Since |
| --- | --- | --- | :-- |
| Quay Ward | 804.5 | 4 % | 1990 |
| Old Town | 1,204 | 12.5 % | 1998 |
| Upper town | – | 3.25 % | 2001 |

Source: Land register.[@1]

The table ends here."""


def html(source):
    return render(source, numbers={1: 1}, anchor="text")


def test_a_caption_line_becomes_the_caption_and_the_name_of_the_region():
    rendered = html(RENTS)
    assert rendered.startswith('<div class="table" role="region" tabindex="0" aria-label="Rents by district"><table>')
    assert "<caption>Rents by <strong>district</strong><sup>" in rendered
    assert "Table:" not in rendered


def test_a_source_line_belongs_to_the_table_and_later_paragraphs_do_not():
    rendered = html(RENTS)
    assert '<p class="table-source small">Source: Land register.<sup>' in rendered
    assert "<p>The table ends here.</p>" in rendered


@pytest.mark.parametrize("label", ["Table", "Tabelle", "Tabla", "جدول"])
def test_captions_are_known_in_every_language(label):
    assert "<caption>Rents</caption>" in html(f"{label}: Rents\n\n| a | b |\n|---|---|\n| x | y |")


@pytest.mark.parametrize("above", ["Table: Rents\nand more", "Rents by district", "Table:"])
def test_another_paragraph_above_a_table_is_no_caption(above):
    assert "<caption>" not in html(f"{above}\n\n| a | b |\n|---|---|\n| x | y |")


def test_numbers_are_aligned_at_the_decimal_without_more_text():
    rendered = html(RENTS)
    assert '<th class="end">Rent</th>' in rendered
    assert '<td class="end">804.5</td>' in rendered
    assert '<td class="end"><span data-pad=".0">1,204</span></td>' in rendered
    assert '<td class="end"><span data-pad=".00">4 %</span></td>' in rendered
    assert '<td class="end"><span data-pad="0">12.5 %</span></td>' in rendered
    assert '<td class="end">–</td>' in rendered


def test_a_column_that_its_author_aligned_or_that_holds_words_is_left_as_it_is():
    rendered = html(RENTS)
    assert "<td>1990</td>" in rendered
    assert "<td>Quay Ward</td>" in rendered


def test_numbers_with_different_units_get_no_room_for_decimals():
    assert "data-pad" not in html("| a |\n|---|\n| 4 % |\n| 2.5 € |")


def test_the_decimal_mark_is_that_of_the_language():
    with translation.override("de"):
        rendered = html("| a |\n|---|\n| 4 |\n| 1,125 |")
    assert '<span data-pad=",000">4</span>' in rendered


def test_the_mark_of_a_number_is_no_way_into_the_page():
    assert "<script" not in html("| a |\n|---|\n| 1.5 |\n| <script>alert(1)</script> |")
