"""Importing house style entries from CSV."""

import pytest

from newsroom.accounts.permissions import NotAllowedError
from newsroom.audit.models import Event
from stories.checks import house_style
from stories.checks.house_style import RefusedLine
from stories.models import HouseWord

pytestmark = pytest.mark.django_db


def test_lines_of_csv_add_entries_and_change_existing_ones(curator):
    HouseWord.objects.create(written="web site", preferred="web-site")
    lines = 'avoid,use instead\nweb site,website,One word.\n"very"\nInternet,internet,,en,yes\n\n'
    assert house_style.import_entries(lines, by=curator) == (2, 1, [])
    entries = {entry.written: entry for entry in house_style.load_entries()}
    assert (entries["web site"].preferred, entries["web site"].reason) == ("website", "One word.")
    assert (entries["very"].preferred, entries["Internet"].language, entries["Internet"].is_case_sensitive) == (
        "",
        "en",
        True,
    )
    assert sorted(Event.objects.values_list("verb", flat=True)) == ["added", "added", "changed"]


def test_a_word_that_is_also_a_heading_is_imported(curator):
    assert house_style.import_entries("avoid,use instead\navoid,steer clear of", by=curator) == (1, 0, [])
    assert house_style.load_entries()[0].preferred == "steer clear of"


@pytest.mark.parametrize("headings", ["avoid", "written,,reason", "\nnot so,but so"])
def test_a_first_line_of_headings_is_not_imported(curator, headings):
    assert house_style.import_entries(f"{headings}\nvery", by=curator) == (1, 0, [])
    assert [entry.written for entry in house_style.load_entries()] == ["very"]


@pytest.mark.parametrize("lines", ["web site;website;", "web site\twebsite", "\ufeffweb site,website\0"])
def test_text_copied_from_a_spreadsheet_is_accepted(curator, lines):
    assert house_style.import_entries(lines, by=curator) == (1, 0, [])
    assert house_style.load_entries()[0].preferred == "website"


@pytest.mark.parametrize(
    ("lines", "refused"),
    [
        ("web site,website\n\u200b,nothing", RefusedLine(2, "Enter the word to avoid.")),
        ("same,same", RefusedLine(1, "This is the same as the word to avoid.")),
    ],
)
def test_nothing_is_imported_if_one_line_is_refused(curator, lines, refused):
    assert house_style.import_entries(lines, by=curator) == (0, 0, [refused])
    assert not HouseWord.objects.exists()
    assert not Event.objects.exists()


def test_too_long_words_and_too_many_lines_are_refused(curator):
    assert house_style.import_entries("x" * 101, by=curator)[2]
    assert house_style.import_entries("x" * 200_000, by=curator)[2] == [RefusedLine(1, "This line is not valid CSV.")]
    lines = "written,preferred\n\nweb site,website\n" + "x" * 200_000
    assert house_style.import_entries(lines, by=curator)[2] == [RefusedLine(4, "This line is not valid CSV.")]
    assert (
        house_style.import_entries("x\n" * 1_001, by=curator)[2][0].reason
        == "You can import at most 1,000 lines at a time."
    )


def test_writers_may_not_import_entries(writer):
    with pytest.raises(NotAllowedError):
        house_style.import_entries("web site,website", by=writer)
