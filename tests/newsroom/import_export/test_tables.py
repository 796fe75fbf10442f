"""Tables of topics and outlets: out, changed in a spreadsheet, in again; nothing is dropped silently."""

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
from newsroom.import_export.read import MOST_ROWS, UnreadableError, read_stored_table, read_table
from newsroom.import_export.write import unescape_formula
from stories.models import Outlet
from tests.effort import at_most
from tests.factories import make_outlet, make_topic, make_user
from topics.merge import merge_topics
from topics.models import Topic

pytestmark = pytest.mark.django_db
LIST, BRING = "/admin/topics/topic/", "/admin/topics/topic/import/"


@pytest.fixture
def curator(client):
    user = make_user(role="Curator")
    client.force_login(user)
    return user


def shown(client, text, *, address=BRING, name="topics.csv"):
    content = text if isinstance(text, bytes) else text.encode()
    return client.post(address, {"file": SimpleUploadedFile(name, content)})


def taken(client, page, *, address=BRING, **more):
    return client.post(address, {"table": page.context["text"], "seen": page.context["plan"].digest, **more})


def outcomes(page):
    return [(row.line, row.name, str(row.outcome), row.reason) for row in page.context["plan"].rows]


def test_a_table_is_shown_row_by_row_and_then_taken_in(client, curator):
    same = make_topic(name="Norrhavn", kind="place")
    changed = make_topic(name="Kelmar barrier", description="Gates.", aliases=("The barrier",))
    table = (
        "uid,Name,Kind,Also known as,Description\n"
        f"{same.uid},Norrhavn,Place,,\n"
        f"{changed.uid},Kelmar Barrier,subject,The gates; The barrier,Nine gates.\n"
        ",Port Lisle,place,Lisle,A port.\n"
        ",Nothing,planet,,\n"
    )
    page = shown(client, table)
    assert outcomes(page) == [
        (2, "Norrhavn", "same", ""),
        (3, "Kelmar Barrier", "changed", ""),
        (4, "Port Lisle", "new", ""),
        (
            5,
            "Nothing",
            "refused",
            "kind: “planet” is not known. It is one of person, organisation, place, event, subject.",
        ),
    ]
    assert [(each.heading, each.before, each.after) for each in page.context["plan"].rows[1].changes] == [
        ("name", "Kelmar barrier", "Kelmar Barrier"),
        ("also known as", "The barrier", "The barrier; The gates"),
        ("description", "Gates.", "Nine gates."),
    ]
    assert "Read as CSV in UTF-8, parted by commas." in page.content.decode()
    assert Topic.objects.count() == 2
    assert taken(client, page).status_code == 200  # it says nothing of the refused row
    assert Topic.objects.count() == 2
    assert taken(client, page, without_refused="on")["Location"] == LIST
    changed.refresh_from_db()
    assert (changed.name, changed.description) == ("Kelmar Barrier", "Nine gates.")
    assert Topic.objects.with_name("The gates").get() == changed
    made = Topic.objects.get(name="Port Lisle")
    assert (made.slug, made.kind) == ("port-lisle", "place")
    assert Event.objects.filter(uid=made.uid, verb="added", by=curator).count() == 1
    assert Event.objects.get(uid=changed.uid).after["aliases"] == ["The barrier", "The gates"]
    assert not Event.objects.filter(uid=same.uid).exists()


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_what_goes_out_comes_in_the_same(client, curator, ending):
    make_topic(name="=SUM(A1)", description="-1 and\n+2", aliases=("@home", "Two"), wikidata="Q42")
    make_topic(name="Überfahrt", description="'quoted'")
    response = client.get(f"{LIST}table/{ending}/")
    content = b"".join(response.streaming_content)
    page = shown(client, content, name=f"topics.{ending}")
    assert [outcome for _, _, outcome, _ in outcomes(page)] == ["same", "same"]
    assert "There is nothing to take in." in page.content.decode()


def test_no_cell_that_goes_out_is_a_formula(client, curator):
    make_topic(name="=cmd|' /C calc'!A0")
    rows = list(
        csv.reader(io.StringIO(b"".join(client.get(f"{LIST}table/csv/").streaming_content).decode("utf-8-sig")))
    )
    assert rows[1][1] == "'=cmd|' /C calc'!A0"
    book = load_workbook(io.BytesIO(b"".join(client.get(f"{LIST}table/xlsx/").streaming_content)))
    assert {cell.data_type for row in book.active.iter_rows() for cell in row if cell.value} == {"s"}


@given(st.text())
def test_a_cell_is_what_it_was_when_it_comes_back(cell):
    assert unescape_formula(escape_formula(cell)) == cell or cell.startswith("'")


def test_only_what_the_list_shows_goes_out(client, curator):
    make_topic(name="Norrhavn", kind="place")
    make_topic(name="A person", kind="person")
    text = b"".join(client.get(f"{LIST}table/csv/?kind__exact=place").streaming_content).decode()
    assert "Norrhavn" in text
    assert "A person" not in text
    assert client.get(f"{LIST}table/pdf/").status_code == 404
    assert client.get(f"{LIST}table/csv/?gone=1").status_code == 302


def test_what_a_table_does_not_say_stays_as_it_is(client, curator):
    topic = make_topic(name="Norrhavn", description="A port.", aliases=("N.",), wikidata="Q42")
    page = shown(client, "name;wikidata\nNorrhavn;\n")
    taken(client, page)
    topic.refresh_from_db()
    assert (topic.description, topic.wikidata, topic.aliases.get().name) == ("A port.", "", "N.")


def test_what_somebody_changed_meanwhile_is_shown_again_before_anything_is_written(client, curator):
    topic = make_topic(name="Norrhavn", description="A port.")
    page = shown(client, "name,description\nNorrhavn,A town.\nNew one,Text\n")
    Topic.objects.filter(pk=topic.pk).update(description="A city.")
    again_shown = taken(client, page)
    assert "Somebody changed these meanwhile" in again_shown.content.decode()
    assert again_shown.context["plan"].rows[0].changes[0].before == "A city."
    topic.refresh_from_db()
    assert (topic.description, Topic.objects.count()) == ("A city.", 1)
    taken(client, again_shown)
    topic.refresh_from_db()
    assert (topic.description, Topic.objects.count()) == ("A town.", 2)


def test_hosts_of_outlets_come_in_each_for_one_outlet_only(client, curator):
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
    page = shown(client, table, address=address)
    assert outcomes(page) == [
        (2, "Radio Tessen", "same", ""),
        (3, "Lisle Courier", "changed", ""),
        (4, "Norrhavn Post", "refused", "“courier.test” stands in line 3 too."),
        (5, "Vessara Wire", "refused", "further hosts: “tessen.test” already leads to the outlet “Radio Tessen”."),
        (6, "Ansgar Wire", "refused", "further hosts: “the” is not a host name. Write it like news.example."),
    ]
    assert taken(client, page, address=address, without_refused="on").status_code == 302
    outlet.refresh_from_db()
    assert outlet.further_hosts == "courier.example\ncourier.test"


def test_each_refusal_says_its_line_and_its_reason(client, curator):
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
    page = shown(client, table)
    reasons = {line: reason for line, _, _, reason in outcomes(page)}
    assert reasons == {
        2: "“Old name” was joined to “Norrhavn”.",
        3: "“not-a-uid” is no uid.",
        4: "No topic has this uid. Leave it empty for something new.",
        5: "“The harbour” is another name of the topic “Norrhavn”. Use its name or uid.",
        6: "It has neither a uid nor a name.",
        7: "",
        8: "The name stands in line 7 too.",
        9: "Wikidata: A Wikidata item is a Q and a number, such as Q42.",
        10: "",
        11: reasons[11],
    }
    assert "letters" in reasons[11]
    assert "“odd column”" in page.content.decode()


def test_outlets_come_in_as_they_are_typed(client, curator):
    outlet = make_outlet(name="Radio Tessen", retired=False)
    address = "/admin/stories/outlet/import/"
    text = "Outlet\tKind\tRetired\tWebsite\nRadio Tessen\tBroadcaster\tYes\thttps://tessen.example/\n"
    page = shown(client, text.encode("utf-16"), address=address)
    assert "UTF-16, parted by tabs" in page.content.decode()
    assert taken(client, page, address=address).status_code == 302
    outlet.refresh_from_db()
    assert (outlet.kind, outlet.retired, outlet.home_page) == ("broadcaster", True, "https://tessen.example/")
    assert Outlet.objects.count() == 1


def test_an_old_encoding_is_guessed_and_said(client, curator):
    page = shown(client, "name;kind\nMünchner Gespräch;event\n".encode("cp1252"))
    assert "Windows-1252, as it is not UTF-8" in page.content.decode()
    assert page.context["plan"].rows[0].name == "Münchner Gespräch"


def xlsx(rows):
    book, buffer = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(buffer)
    return buffer.getvalue()


def test_numbers_days_and_truths_of_a_sheet_are_read_as_people_see_them():
    table = read_table(
        xlsx([["name", "a", "b", None], [5, 2.5, True, None], [None, None, None, None], ["x", 7.0, False, "y"]])
    )
    assert table.rows == [(2, ["5", "2.5", "yes"]), (4, ["x", "7", "no", "y"])]
    assert read_stored_table(table.as_text).rows == table.rows


def packed(**parts):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "nothing in this table"),
        (b"\n\n", "nothing in this table"),
        (b"PK\x03\x04broken", "no XLSX file"),
        (packed(a="<x/>"), "no XLSX file"),
        (packed(bomb=b"0" * 43_000_000), "far too large"),
        (packed(a='<!DOCTYPE x [<!ENTITY a "b">]><x/>'), "no file of a spreadsheet program"),
        (packed(a='<!DOCTYPE x [<!ENTITY a "b">]><x/>'.encode("utf-16")), "no file of a spreadsheet program"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old", "old Excel"),
        (b"\xff\xfe\x00", "is not"),
        (b'name\n"open', "Line 2 cannot be read"),
        (b"a" * (2 * 1024 * 1024 + 1), "more than 2 MB"),
        (b"name" + b",x" * 80, "more than 60 columns"),
        (b"name\n" + b"x" * 60_000, "more than 50,000 characters"),
        (b"name\n" + b"x\n" * 5_001, "at most 5,000 rows"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(client, curator, content, why):
    with pytest.raises(UnreadableError, match=why):
        read_table(content)
    if content:
        assert why in shown(client, content).content.decode()


@given(st.binary(max_size=200))
def test_no_file_is_an_error_of_ours(content):
    try:
        table = read_table(content)
    except UnreadableError:
        return
    assert read_stored_table(table.as_text).rows == table.rows


@given(st.lists(st.tuples(st.integers(min_value=4), st.integers(0, 255)), min_size=1, max_size=9))
def test_no_broken_sheet_is_an_error_of_ours(broken):
    content = bytearray(xlsx([["name", "kind"], ["Norrhavn", 7]]))
    for place, byte in broken:
        content[4 + place % (len(content) - 4)] = byte
    with contextlib.suppress(UnreadableError):
        read_table(bytes(content))


def test_a_sheet_that_names_words_it_does_not_hold_is_refused():
    parts = zipfile.ZipFile(io.BytesIO(xlsx([["name"], ["Norrhavn"]])))
    names = {name: parts.read(name) for name in parts.namelist()}
    row = b'<sheetData><row r="1"><c r="A1" t="s"><v>77</v></c></row></sheetData>'
    main = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    names["xl/worksheets/sheet1.xml"] = main + row + b"</worksheet>"
    with pytest.raises(UnreadableError, match="no XLSX file"):
        read_table(packed(**names))


def test_a_table_without_names_is_refused(client, curator):
    assert "nobody can tell what the rows are about" in shown(client, "kind\nplace\n").content.decode()
    assert client.post(BRING, {"table": "\x00", "seen": "x"}).status_code == 200
    assert client.post(BRING, {"table": "line,name\n2,A\x00b\n", "seen": "x"}).status_code == 200
    assert client.post(BRING).status_code == 200
    assert not Topic.objects.exists()


@pytest.mark.parametrize("kind", ["place", "planet"])
def test_a_table_that_says_too_much_new_is_refused_and_what_stands_does_not_count(client, curator, monkeypatch, kind):
    monkeypatch.setattr(plan, "MOST_CHANGES", 3)
    standing = "".join(f"{make_topic(name=f'Quay {letter}', kind='place').name},place\n" for letter in "abcd")
    most = "".join(f"Pier {letter},{kind}\n" for letter in "abc")
    page = shown(client, f"name,kind\n{standing}{most}")
    assert [str(row.outcome) for row in page.context["plan"].rows[:5]] == [
        *["same"] * 4,
        "new" if kind == "place" else "refused",
    ]
    refused = "More than 3 rows are new or changed. Split the table."
    assert shown(client, f"name,kind\n{standing}{most}Pier d,{kind}\n").context["form"].errors["file"] == [refused]
    sent_back = {
        "table": f"line,name,kind\n{most}".replace("Pier", "2,Pier") + f"9,Pier d,{kind}\n",
        "without_refused": "on",
    }
    assert refused in client.post(BRING, sent_back).content.decode()
    assert Topic.objects.count() == 4


@pytest.mark.parametrize("role", ["Writer", "Editor"])
def test_who_does_not_curate_takes_tables_out_but_not_in(client, role):
    client.force_login(make_user(role=role))
    assert client.get(f"{LIST}table/csv/").status_code == 200
    assert client.get(BRING).status_code == 403
    assert client.post(BRING, {"table": "line,name\n2,New\n", "seen": ""}).status_code == 403
    assert reverse("admin:topics_topic_import") not in client.get(LIST).content.decode()
    assert MOST_ROWS == 5_000


def test_a_name_that_a_table_replaces_is_kept_and_shown_beforehand(client, curator):
    topic = make_topic(name="Kelmar barrier", aliases=("The barrier",))
    page = shown(client, f"uid,name\n{topic.uid},Barrier of Kelmar\n")
    assert [(each.heading, each.after) for each in page.context["plan"].rows[0].changes] == [
        ("name", "Barrier of Kelmar"),
        ("also known as", "Kelmar barrier; The barrier"),
    ]
    taken(client, page)
    for name in ("Kelmar barrier", "The barrier", "Barrier of Kelmar"):
        assert Topic.objects.with_name(name).get() == topic


def test_a_table_says_of_a_replaced_name_that_it_leads_to_something_else(client, curator):
    topic = make_topic(name="Kelmar barrier")
    make_topic(name="The gates", aliases=("Kelmar barrier",))
    page = shown(client, f"uid,name\n{topic.uid},Barrier of Kelmar\n")
    told = "“Kelmar barrier” is not kept as another name: it leads to “The gates”."
    assert outcomes(page) == [(2, "Barrier of Kelmar", "changed", told)]


def sheet_of(content, **parts):
    """Return an XLSX file with this between the ends of its sheet, and further parts."""
    with zipfile.ZipFile(io.BytesIO(xlsx([["name"]]))) as packed:
        names = {name: packed.read(name) for name in packed.namelist()}
    start = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    start += b' xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    names["xl/worksheets/sheet1.xml"] = start + content + b"</sheetData></worksheet>"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in {**names, **parts}.items():
            packed.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'<row r="1"><c r="A1"><v>1</v></c></row>' * 5_002, "at most 5,000 rows"),
        (b'<row r="1"/>' * 5_002, "at most 5,000 rows"),
        (b"<row/>" * 5_002, "at most 5,000 rows"),
        (b'<x:row r="1"></x:row>' * 5_002, "at most 5,000 rows"),
        (b'<row r="1">' + b'<c r="A1"/>' * 320_000 + b"</row>", "at most 60 columns"),
        (b'<row r="1">' + b"<x:c/>" * 320_000 + b"</row>", "at most 60 columns"),
        (b'<row r="1"/>' * 1_000_001, "at most 5,000 rows"),
        (b"<x>" * 1_000_001 + b"</x>" * 1_000_001, "far too large"),
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
def test_an_xlsx_whose_rows_and_cells_all_stand_at_one_place_is_refused(content, says):
    with at_most(seconds=15), pytest.raises(UnreadableError, match=says):
        read_table(sheet_of(content))


def test_the_parts_of_an_xlsx_count_together():
    strings = b"<sst>" + b"<si><t>a</t></si>" * 300_000 + b"</sst>"
    with at_most(seconds=15), pytest.raises(UnreadableError, match="far too large"):
        read_table(sheet_of(b"", **{"a.xml": strings, "b.xml": strings}))


def test_as_many_rows_and_columns_as_may_be_are_read_from_an_xlsx():
    row = "".join(f"<c><v>{number}</v></c>" for number in range(60))
    table = read_table(sheet_of(f"<row>{row}</row>".encode() * 5_001))
    assert (len(table.rows), len(table.rows[-1][1])) == (5_000, 60)


def test_rows_of_other_sheets_do_not_count():
    sheet = b"<worksheet>" + b"<row/>" * 6_000 + b"</worksheet>"
    assert read_table(
        sheet_of(b'<row><c t="inlineStr"><is><t>a</t></is></c></row>', **{"xl/worksheets/sheet2.xml": sheet})
    ).headings == ["a"]
