"""Exporting topics and outlets as tables, and importing them again; nothing is dropped silently."""

import contextlib
import csv
import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from newsroom.audit.csv_export import escape_formula
from newsroom.audit.models import Event
from newsroom.import_export import plan
from newsroom.import_export.read import MAX_ROWS, SEPARATORS, UnreadableError, read_stored_table, read_table
from newsroom.import_export.write import unescape_formula
from stories.models import Outlet
from tests.effort import at_most
from tests.factories import make_outlet, make_topic, make_user
from tests.outcomes import list_levels
from topics.merge import merge_topics
from topics.models import Topic

pytestmark = [pytest.mark.portable, pytest.mark.django_db]
LIST, IMPORT = "/admin/topics/topic/", "/admin/topics/topic/import/"
APPLY_BUTTON = '<button type="submit" class="button default">'


@pytest.fixture
def curator(client):
    user = make_user(role="Curator")
    client.force_login(user)
    return user


def upload_table(client, text, *, address=IMPORT, name="topics.csv"):
    content = text if isinstance(text, bytes) else text.encode()
    return client.post(address, {"file": SimpleUploadedFile(name, content)})


def confirm_import(client, page, *, address=IMPORT, **fields):
    return client.post(address, {"table": page.context["text"], "seen": page.context["plan"].digest, **fields})


def assert_reading_note(page, *, encoding, separator):
    """Assert that the page says in which encoding and with which separator the table was read."""
    note = page.context["matching_note"]
    assert encoding in note
    assert SEPARATORS[separator] in note
    assert f'<p class="note">{note}</p>' in page.content.decode()


def list_outcomes(page):
    return [(row.line, row.name, str(row.outcome), row.reason) for row in page.context["plan"].rows]


def test_a_table_is_previewed_row_by_row_and_then_imported(client, curator):
    same = make_topic(name="Norrhavn", kind="place")
    changed = make_topic(name="Kelmar barrier", description="Gates.", aliases=("The barrier",))
    table = (
        "uid,Name,Kind,Also known as,Description\n"
        f"{same.uid},Norrhavn,Place,,\n"
        f"{changed.uid},Kelmar Barrier,subject,The gates; The barrier,Nine gates.\n"
        ",Port Lisle,place,Lisle,A port.\n"
        ",Nothing,planet,,\n"
    )
    page = upload_table(client, table)
    assert list_outcomes(page) == [
        (2, "Norrhavn", "same", ""),
        (3, "Kelmar Barrier", "changed", ""),
        (4, "Port Lisle", "new", ""),
        (
            5,
            "Nothing",
            "refused",
            "kind: “planet” is not a known value. Use one of person, organisation, place, event, subject.",
        ),
    ]
    assert [(change.heading, change.before, change.after) for change in page.context["plan"].rows[1].changes] == [
        ("name", "Kelmar barrier", "Kelmar Barrier"),
        ("also known as", "The barrier", "The barrier; The gates"),
        ("description", "Gates.", "Nine gates."),
    ]
    assert_reading_note(page, encoding="UTF-8", separator=",")
    assert APPLY_BUTTON in page.content.decode()
    assert Topic.objects.count() == 2
    assert confirm_import(client, page).status_code == 200  # the form does not say what to do with the refused row
    assert Topic.objects.count() == 2
    assert confirm_import(client, page, without_refused="on")["Location"] == LIST
    changed.refresh_from_db()
    assert (changed.name, changed.description) == ("Kelmar Barrier", "Nine gates.")
    assert Topic.objects.with_name("The gates").get() == changed
    added = Topic.objects.get(name="Port Lisle")
    assert (added.slug, added.kind) == ("port-lisle", "place")
    assert Event.objects.filter(uid=added.uid, verb="added", by=curator).count() == 1
    assert Event.objects.get(uid=changed.uid).after["aliases"] == ["The barrier", "The gates"]
    assert not Event.objects.filter(uid=same.uid).exists()


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_an_exported_table_imports_without_changes(client, curator, ending):
    make_topic(name="=SUM(A1)", description="-1 and\n+2", aliases=("@home", "Two"), wikidata="Q42")
    make_topic(name="Überfahrt", description="'quoted'")
    response = client.get(f"{LIST}table/{ending}/")
    content = b"".join(response.streaming_content)
    page = upload_table(client, content, name=f"topics.{ending}")
    assert [outcome for _, _, outcome, _ in list_outcomes(page)] == ["same", "same"]
    assert APPLY_BUTTON not in page.content.decode()


def test_no_exported_cell_is_a_formula(client, curator):
    make_topic(name="=cmd|' /C calc'!A0")
    rows = list(
        csv.reader(io.StringIO(b"".join(client.get(f"{LIST}table/csv/").streaming_content).decode("utf-8-sig")))
    )
    assert rows[1][1] == "'=cmd|' /C calc'!A0"
    book = load_workbook(io.BytesIO(b"".join(client.get(f"{LIST}table/xlsx/").streaming_content)))
    assert {cell.data_type for row in book.active.iter_rows() for cell in row if cell.value} == {"s"}


@given(st.text())
def test_unescaping_restores_an_escaped_cell(cell):
    assert unescape_formula(escape_formula(cell)) == cell or cell.startswith("'")


def test_only_listed_rows_are_exported(client, curator):
    make_topic(name="Norrhavn", kind="place")
    make_topic(name="A person", kind="person")
    text = b"".join(client.get(f"{LIST}table/csv/?kind__exact=place").streaming_content).decode()
    assert "Norrhavn" in text
    assert "A person" not in text
    assert client.get(f"{LIST}table/pdf/").status_code == 404
    assert client.get(f"{LIST}table/csv/?gone=1").status_code == 302


def test_columns_that_a_table_lacks_stay_unchanged(client, curator):
    topic = make_topic(name="Norrhavn", description="A port.", aliases=("N.",), wikidata="Q42")
    page = upload_table(client, "name;wikidata\nNorrhavn;\n")
    confirm_import(client, page)
    topic.refresh_from_db()
    assert (topic.description, topic.wikidata, topic.aliases.get().name) == ("A port.", "", "N.")


def test_concurrent_changes_are_shown_again_before_anything_is_written(client, curator):
    topic = make_topic(name="Norrhavn", description="A port.")
    page = upload_table(client, "name,description\nNorrhavn,A town.\nNew one,Text\n")
    Topic.objects.filter(pk=topic.pk).update(description="A city.")
    second_preview = confirm_import(client, page)
    assert list_levels(second_preview) == ["warning"]
    assert second_preview.context["plan"].rows[0].changes[0].before == "A city."
    topic.refresh_from_db()
    assert (topic.description, Topic.objects.count()) == ("A city.", 1)
    confirm_import(client, second_preview)
    topic.refresh_from_db()
    assert (topic.description, Topic.objects.count()) == ("A town.", 2)


def test_a_host_can_be_imported_for_one_outlet_only(client, curator):
    make_outlet(name="Radio Tessen", further_hosts="tessen.test")
    outlet = make_outlet(name="Lisle Courier")
    address = "/admin/stories/outlet/import/"
    table = "\n".join(
        [
            "name,further hosts",
            "Radio Tessen,tessen.test",
            "Lisle Courier,WWW.Courier.test courier.example",
            "Norrhavn Post,https://courier.test/",
            "Vessara Wire,tessen.test",
            "Ansgar Wire,the quay",
        ]
    )
    page = upload_table(client, table, address=address)
    assert list_outcomes(page) == [
        (2, "Radio Tessen", "same", ""),
        (3, "Lisle Courier", "changed", ""),
        (4, "Norrhavn Post", "refused", "Line 3 has “courier.test” too."),
        (5, "Vessara Wire", "refused", "further hosts: “tessen.test” already belongs to the outlet “Radio Tessen”."),
        (6, "Ansgar Wire", "refused", "further hosts: “the” is not a host name. Write it like news.example."),
    ]
    assert confirm_import(client, page, address=address, without_refused="on").status_code == 302
    outlet.refresh_from_db()
    assert outlet.further_hosts == "courier.example\ncourier.test"


def test_each_refusal_gives_its_line_and_its_reason(client, curator):
    topic, other = make_topic(name="Norrhavn", aliases=("The harbour",)), make_topic(name="Old name")
    merge_topics(other, topic, by=curator)
    table = "\n".join(
        [
            "uid,name,address,wikidata,odd column",
            f"{other.uid},Old name,,,",
            "not-a-uid,X,,,",
            "6f0e3a52-7a36-4d0c-9f43-9d8f5c1b2e77,X,,,",
            ",The harbour,,,",
            ",,somewhere,,",
            ",Twice,,,",
            ",TWICE,,,",
            ",Wrong item,,42,",
            ",Too wide,,,,,",
            ",!!!,,,",
        ]
    )
    page = upload_table(client, table)
    reasons = {line: reason for line, _, _, reason in list_outcomes(page)}
    assert reasons == {
        2: "“Old name” has been merged into “Norrhavn”. Use that one.",
        3: "“not-a-uid” is not a uid. Leave it empty to match by name.",
        4: "No topic has this uid. Leave it empty to add a new one.",
        5: "“The harbour” is another name of the topic “Norrhavn”. Use its name or uid.",
        6: "This row has neither a uid nor a name.",
        7: "",
        8: "Line 7 has the same name.",
        9: "Wikidata: Enter a Q and a number, such as Q42.",
        10: "",
        11: reasons[11],
    }
    assert "letters" in reasons[11]
    assert "“odd column”" in page.content.decode()


def test_labels_of_choices_are_accepted_in_an_outlet_table(client, curator):
    outlet = make_outlet(name="Radio Tessen", retired=False)
    address = "/admin/stories/outlet/import/"
    text = "Outlet\tKind\tRetired\tWebsite\nRadio Tessen\tBroadcaster\tYes\thttps://tessen.example/\n"
    page = upload_table(client, text.encode("utf-16"), address=address)
    assert_reading_note(page, encoding="UTF-16", separator="\t")
    assert confirm_import(client, page, address=address).status_code == 302
    outlet.refresh_from_db()
    assert (outlet.kind, outlet.retired, outlet.home_page) == ("broadcaster", True, "https://tessen.example/")
    assert Outlet.objects.count() == 1


def test_a_guessed_encoding_is_shown(client, curator):
    page = upload_table(client, "name;kind\nMünchner Gespräch;event\n".encode("cp1252"))
    assert_reading_note(page, encoding="Windows-1252", separator=";")
    assert page.context["plan"].rows[0].name == "Münchner Gespräch"


def make_xlsx(rows):
    book, buffer = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(buffer)
    return buffer.getvalue()


def test_numbers_and_booleans_of_a_sheet_are_read_as_displayed():
    table = read_table(
        make_xlsx([["name", "a", "b", None], [5, 2.5, True, None], [None, None, None, None], ["x", 7.0, False, "y"]])
    )
    assert table.rows == [(2, ["5", "2.5", "yes"]), (4, ["x", "7", "no", "y"])]
    assert read_stored_table(table.as_text).rows == table.rows


def make_zip(**parts):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "file is empty"),
        (b"\n\n", "file is empty"),
        (b"PK\x03\x04broken", "not an XLSX file"),
        (make_zip(a="<x/>"), "not an XLSX file"),
        (make_zip(bomb=b"0" * 43_000_000), "too large"),
        (make_zip(a='<!DOCTYPE x [<!ENTITY a "b">]><x/>'), "not a spreadsheet"),
        (make_zip(a='<!DOCTYPE x [<!ENTITY a "b">]><x/>'.encode("utf-16")), "not a spreadsheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old", "old Excel"),
        (b"\xff\xfe\x00", "is not"),
        (b'name\n"open', "Line 2 cannot be read"),
        (b"a" * (2 * 1024 * 1024 + 1), "larger than 2 MB"),
        (b"name" + b",x" * 80, "more than 60 columns"),
        (b"name\n" + b"x" * 60_000, "more than 50,000 characters"),
        (b"name\n" + b"x\n" * 5_001, "at most 5,000 rows"),
    ],
)
def test_unreadable_files_are_refused_with_a_reason(client, curator, content, reason):
    with pytest.raises(UnreadableError, match=reason):
        read_table(content)
    if content:
        assert reason in upload_table(client, content).content.decode()


@given(st.binary(max_size=200))
def test_no_input_raises_an_unexpected_error(content):
    try:
        table = read_table(content)
    except UnreadableError:
        return
    assert read_stored_table(table.as_text).rows == table.rows


@given(st.lists(st.tuples(st.integers(min_value=4), st.integers(0, 255)), min_size=1, max_size=9))
def test_no_corrupt_spreadsheet_raises_an_unexpected_error(changed_bytes):
    content = bytearray(make_xlsx([["name", "kind"], ["Norrhavn", 7]]))
    for position, byte in changed_bytes:
        content[4 + position % (len(content) - 4)] = byte
    with contextlib.suppress(UnreadableError):
        read_table(bytes(content))


def test_a_sheet_with_missing_shared_strings_is_refused():
    parts = zipfile.ZipFile(io.BytesIO(make_xlsx([["name"], ["Norrhavn"]])))
    names = {name: parts.read(name) for name in parts.namelist()}
    row = b'<sheetData><row r="1"><c r="A1" t="s"><v>77</v></c></row></sheetData>'
    main = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    names["xl/worksheets/sheet1.xml"] = main + row + b"</worksheet>"
    with pytest.raises(UnreadableError, match="not an XLSX file"):
        read_table(make_zip(**names))


def test_a_table_without_a_key_column_is_refused(client, curator):
    page = upload_table(client, "kind\nplace\n")
    assert page.context["form"].errors["file"] == [str(plan.NoKeyColumnError())]
    assert "plan" not in page.context
    assert client.post(IMPORT, {"table": "\x00", "seen": "x"}).status_code == 200
    assert client.post(IMPORT, {"table": "line,name\n2,A\x00b\n", "seen": "x"}).status_code == 200
    assert client.post(IMPORT).status_code == 200
    assert not Topic.objects.exists()


@pytest.mark.parametrize("kind", ["place", "planet"])
def test_too_many_changes_are_refused_but_unchanged_rows_do_not_count(client, curator, monkeypatch, kind):
    monkeypatch.setattr(plan, "MAX_CHANGES", 3)
    unchanged = "".join(f"{make_topic(name=f'Quay {letter}', kind='place').name},place\n" for letter in "abcd")
    changed = "".join(f"Pier {letter},{kind}\n" for letter in "abc")
    page = upload_table(client, f"name,kind\n{unchanged}{changed}")
    assert [str(row.outcome) for row in page.context["plan"].rows[:5]] == [
        *["same"] * 4,
        "new" if kind == "place" else "refused",
    ]
    message = str(plan.TooManyChangesError())
    assert upload_table(client, f"name,kind\n{unchanged}{changed}Pier d,{kind}\n").context["form"].errors["file"] == [
        message
    ]
    data = {
        "table": f"line,name,kind\n{changed}".replace("Pier", "2,Pier") + f"9,Pier d,{kind}\n",
        "without_refused": "on",
    }
    assert message in client.post(IMPORT, data).content.decode()
    assert Topic.objects.count() == 4


@pytest.mark.parametrize("role", ["Writer", "Editor"])
def test_users_who_may_not_curate_can_export_but_not_import(client, role):
    client.force_login(make_user(role=role))
    assert client.get(f"{LIST}table/csv/").status_code == 200
    assert client.get(IMPORT).status_code == 403
    assert client.post(IMPORT, {"table": "line,name\n2,New\n", "seen": ""}).status_code == 403
    assert reverse("admin:topics_topic_import") not in client.get(LIST).content.decode()
    assert MAX_ROWS == 5_000


def test_a_name_that_a_table_replaces_becomes_an_alias_in_the_preview(client, curator):
    topic = make_topic(name="Kelmar barrier", aliases=("The barrier",))
    page = upload_table(client, f"uid,name\n{topic.uid},Barrier of Kelmar\n")
    assert [(change.heading, change.after) for change in page.context["plan"].rows[0].changes] == [
        ("name", "Barrier of Kelmar"),
        ("also known as", "Kelmar barrier; The barrier"),
    ]
    confirm_import(client, page)
    for name in ("Kelmar barrier", "The barrier", "Barrier of Kelmar"):
        assert Topic.objects.with_name(name).get() == topic


def test_a_replaced_name_that_leads_to_another_topic_is_reported(client, curator):
    topic = make_topic(name="Kelmar barrier")
    make_topic(name="The gates", aliases=("Kelmar barrier",))
    page = upload_table(client, f"uid,name\n{topic.uid},Barrier of Kelmar\n")
    message = "“Kelmar barrier” was not added to the other names: it is already a name of “The gates”."
    assert list_outcomes(page) == [(2, "Barrier of Kelmar", "changed", message)]


def make_xlsx_with_sheet(content, **parts):
    """Return an XLSX file with ``content`` as its sheet data, and further parts."""
    with zipfile.ZipFile(io.BytesIO(make_xlsx([["name"]]))) as archive:
        names = {name: archive.read(name) for name in archive.namelist()}
    start = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    start += b' xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    names["xl/worksheets/sheet1.xml"] = start + content + b"</sheetData></worksheet>"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**names, **parts}.items():
            archive.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'<row r="1"><c r="A1"><v>1</v></c></row>' * 5_002, "at most 5,000 rows"),
        (b'<row r="1"/>' * 5_002, "at most 5,000 rows"),
        (b"<row/>" * 5_002, "at most 5,000 rows"),
        (b'<x:row r="1"></x:row>' * 5_002, "at most 5,000 rows"),
        (b'<row r="1">' + b'<c r="A1"/>' * 320_000 + b"</row>", "at most 60 columns"),
        (b'<row r="1">' + b"<x:c/>" * 320_000 + b"</row>", "at most 60 columns"),
        (b'<row r="1"/>' * 1_000_001, "at most 5,000 rows"),
        (b"<x>" * 1_000_001 + b"</x>" * 1_000_001, "too large"),
    ],
    ids=[
        "rows",
        "empty rows",
        "rows without numbers",
        "rows with a prefix",
        "cells",
        "cells with a prefix",
        "a million",
        "deep",
    ],
)
def test_an_xlsx_with_too_many_elements_is_refused(content, reason):
    with at_most(seconds=15), pytest.raises(UnreadableError, match=reason):
        read_table(make_xlsx_with_sheet(content))


def test_all_parts_of_an_xlsx_count_towards_the_limit():
    strings = b"<sst>" + b"<si><t>a</t></si>" * 300_000 + b"</sst>"
    with at_most(seconds=15), pytest.raises(UnreadableError, match="too large"):
        read_table(make_xlsx_with_sheet(b"", **{"a.xml": strings, "b.xml": strings}))


def test_the_maximum_number_of_rows_and_columns_is_accepted():
    row = "".join(f"<c><v>{number}</v></c>" for number in range(60))
    table = read_table(make_xlsx_with_sheet(f"<row>{row}</row>".encode() * 5_001))
    assert (len(table.rows), len(table.rows[-1][1])) == (5_000, 60)


def test_rows_of_other_sheets_do_not_count():
    sheet = b"<worksheet>" + b"<row/>" * 6_000 + b"</worksheet>"
    assert read_table(
        make_xlsx_with_sheet(
            b'<row><c t="inlineStr"><is><t>a</t></is></c></row>', **{"xl/worksheets/sheet2.xml": sheet}
        )
    ).headings == ["a"]
