"""The worker compares the table of erasures with the file, and adds what the file lacks."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.db.models.functions import Now

from newsroom.audit.erasure_lines import add_missing_lines, is_recorded, to_line
from newsroom.audit.models import Erasure
from newsroom.background import periodic
from newsroom.http import clock
from newsroom.operations import erasures
from newsroom.operations.erasures import LineState

pytestmark = pytest.mark.django_db


def make_erasure(*, is_closed: bool = True, **values: object) -> Erasure:
    """Make the row of an erasure; by default one that is finished and has an id for its lines."""
    usual: dict[str, object] = {
        "kind": "story",
        "uid": uuid4(),
        "scope": "passage",
        "part": uuid4(),
        "line_id": uuid4(),
    }
    row = Erasure.objects.create(**usual | {"reason": "File 12.", "by_name": "Ana Kestrel"} | values)
    if is_closed:
        Erasure.objects.filter(pk=row.pk).update(closed_at=Now())
    return Erasure.objects.get(pk=row.pk)


def read_lines() -> list[tuple[object, str]]:
    return [(line.id, line.state) for line in erasures.read(erasures.path())]


@pytest.mark.django_db(transaction=True)
def test_a_lost_file_is_written_again_by_the_worker():
    first = make_erasure(scope="edition", part=None, edition=3, document="ab" * 32)
    second = make_erasure(files=["cd" * 32])
    periodic.run_checks(clock.now())
    assert read_lines() == [
        (first.line_id, "begun"),
        (first.line_id, "done"),
        (second.line_id, "begun"),
        (second.line_id, "done"),
    ]
    assert erasures.list_effective(erasures.read(erasures.path())) == [to_line(first), to_line(second)]


def test_nothing_is_added_to_a_complete_file():
    make_erasure()
    add_missing_lines(clock.now())
    before = erasures.path().read_bytes()
    add_missing_lines(clock.now())
    assert erasures.path().read_bytes() == before


def test_names_that_the_table_has_lost_are_removed_from_the_file():
    row, other = make_erasure(), make_erasure(by_name="Ida Quay")
    failed = replace(to_line(make_erasure(is_closed=False)), state=LineState.FAILED)
    erasures.append(failed)
    add_missing_lines(clock.now())
    Erasure.objects.filter(pk=row.pk).update(by_name="a former member")
    add_missing_lines(clock.now())
    names = {line.id: line.by for line in erasures.read(erasures.path())}
    assert names == {row.line_id: "a former member", other.line_id: "Ida Quay", failed.id: "Ana Kestrel"}


def test_a_removed_name_does_not_return_from_a_table_that_still_has_it():
    row = make_erasure()
    former = replace(to_line(row), by="a former member")
    erasures.append(replace(former, state=LineState.BEGUN))
    erasures.append(former)
    before = erasures.path().read_bytes()
    add_missing_lines(clock.now())
    assert erasures.path().read_bytes() == before


def test_an_erasure_whose_process_was_killed_after_the_commit_is_done():
    row = make_erasure()
    erasures.append(replace(to_line(row), state=LineState.BEGUN))
    add_missing_lines(clock.now())
    assert read_lines() == [(row.line_id, "begun"), (row.line_id, "done")]


def test_an_erasure_without_a_row_still_counts_as_begun():
    line = replace(to_line(make_erasure(is_closed=False)), state=LineState.BEGUN)
    erasures.append(line)
    add_missing_lines(clock.now())
    assert erasures.read(erasures.path()) == [line]


@pytest.mark.parametrize(
    ("words", "scope", "edition"),
    [("the whole page", "work", None), ("edition 12", "edition", 12), ("a passage", "passage", None)],
)
def test_an_erasure_of_a_former_release_gets_the_same_line_in_each_copy(words, scope, edition):
    row = make_erasure(scope=words, part=None, line_id=None)
    add_missing_lines(clock.now())
    (line,) = erasures.list_effective(erasures.read(erasures.path()))
    assert (line.scope, line.edition, line.part) == (scope, edition, None)
    copy = Erasure(pk=row.pk + 1, kind=row.kind, uid=row.uid, scope=words, opened_at=row.opened_at)
    assert to_line(copy).id == line.id
    assert is_recorded(line)
    assert not is_recorded(replace(line, id=uuid4()))


@pytest.mark.django_db(transaction=True)
def test_a_damaged_file_is_named_in_the_log_and_stops_no_other_check(caplog, monkeypatch):
    checked: list[object] = []
    monkeypatch.setitem(periodic._checks, "the last one", checked.append)
    make_erasure()
    make_erasure()
    add_missing_lines(clock.now())
    damaged = erasures.path().read_bytes().replace(b"Ana", b"Eva", 1)
    erasures.path().write_bytes(damaged)
    periodic.run_checks(at := clock.now())
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == [
        f"{erasures.path()}, line 1: it was changed, or lines before it were changed or removed."
    ]
    assert erasures.path().read_bytes() == damaged
    assert checked == [at]
