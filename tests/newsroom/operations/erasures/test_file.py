"""The file of erasures: lines that several processes append, and whose damage is noticed."""

import fcntl
import os
import resource
import signal
import stat
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.conf import settings as django_settings

from newsroom.operations import erasures
from newsroom.operations.erasures import DamagedFileError, Line, LineState, NotRecordedError, file
from tests.newsroom.operations.erasures.lines import make_line
from tests.races.fork_server import get_context

PROCESSES, LINES = 4, 25


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    return tmp_path


def append_lines(count: int) -> list[bytes]:
    """Append lines, and return the file's lines as bytes."""
    for number in range(count):
        erasures.append(make_line(edition=number))
    return erasures.path().read_bytes().splitlines(keepends=True)


def append_in_process(folder: Path, barrier) -> None:
    django_settings.VAR_DIR = folder
    barrier.wait(60)
    for _ in range(LINES):
        erasures.append(make_line(by=str(os.getpid())))


def append_until_killed(folder: Path, written) -> None:
    django_settings.VAR_DIR = folder
    while True:
        line = make_line()
        erasures.append(line)
        written.put(line.id)


@contextmanager
def disk_full_after(size: int):
    """Limit the size of files to ``size`` bytes during the block."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_lines_are_read_as_they_were_appended():
    line = make_line(files=("ab" * 32, "cd" * 32), document="ef" * 32, edition=3, part=uuid4())
    done = replace(line, state=LineState.DONE)
    erasures.append(line)
    erasures.append(done)
    assert erasures.read(erasures.path()) == [line, done]


def test_only_the_user_of_the_site_may_read_the_file():
    mask = os.umask(0)
    try:
        append_lines(1)
    finally:
        os.umask(mask)
    assert stat.S_IMODE(erasures.path().stat().st_mode) == 0o600


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_changed_line_is_named(number):
    raw = append_lines(4)
    raw[number - 1] = raw[number - 1].replace(b"Ana Kestrel", b"Ana Kestral")
    erasures.path().write_bytes(b"".join(raw))
    with pytest.raises(DamagedFileError, match=f"erasures.jsonl, line {number}: it was changed"):
        erasures.read(erasures.path())


@pytest.mark.parametrize(("removed", "named"), [(0, 1), (1, 2), (2, 3)])
def test_the_line_after_a_removed_one_is_named(removed, named):
    raw = append_lines(4)
    erasures.path().write_bytes(b"".join(raw[:removed] + raw[removed + 1 :]))
    with pytest.raises(DamagedFileError, match=f"line {named}: it was changed, or lines before it"):
        erasures.read(erasures.path())


def test_lines_in_another_order_are_named():
    first, second, third = append_lines(3)
    erasures.path().write_bytes(first + third + second)
    with pytest.raises(DamagedFileError, match="line 2"):
        erasures.read(erasures.path())


def test_each_byte_of_a_line_counts():
    raw = append_lines(2)
    begin, line = raw[0], raw[1]
    for place in range(len(line) - 1):
        changed = line[:place] + bytes([line[place] ^ 1]) + line[place + 1 :]
        erasures.path().write_bytes(begin + changed)
        with pytest.raises(DamagedFileError, match=r"line [23]"):
            erasures.read(erasures.path())


def test_a_line_that_is_cut_off_is_named():
    raw = append_lines(3)
    erasures.path().write_bytes(b"".join(raw)[:-20])
    with pytest.raises(DamagedFileError, match="line 3: it is cut off"):
        erasures.read(erasures.path())


def test_an_unfinished_line_is_removed_by_the_next_append():
    raw = append_lines(2)
    erasures.path().write_bytes(b"".join(raw)[:-20])
    new = make_line()
    erasures.append(new)
    assert [line.id for line in erasures.read(erasures.path())][1:] == [new.id]


def test_nothing_is_appended_after_a_last_line_that_was_changed():
    raw = append_lines(2)
    erasures.path().write_bytes(raw[0] + b"{}\n")
    with pytest.raises(DamagedFileError, match="line 2"):
        erasures.append(make_line())
    assert erasures.path().read_bytes() == raw[0] + b"{}\n"


def test_a_line_of_a_later_release_is_read_without_its_further_fields():
    line = make_line()
    encoded, _ = erasures.lines.encode(line, b"")
    body = encoded.rpartition(b',"digest"')[0] + b',"further":"value"'
    digest = erasures.lines._chain(b"", body)
    erasures.path().write_bytes(body + b',"digest":"' + digest + b'"}\n')
    assert erasures.read(erasures.path()) == [line]


def test_a_full_disk_refuses_the_line_and_leaves_the_file_as_it_was():
    append_lines(2)
    before = erasures.path().read_bytes()
    with disk_full_after(len(before) + 40), pytest.raises(NotRecordedError, match=r"erasures\.jsonl cannot be written"):
        erasures.append(make_line())
    assert erasures.path().read_bytes() == before
    erasures.append(make_line())
    assert len(erasures.read(erasures.path())) == 3


def test_a_file_that_cannot_be_opened_is_refused_with_its_reason(folder):
    (folder / "erasures.jsonl").mkdir()
    with pytest.raises(NotRecordedError, match="nothing is erased without it: Is a directory"):
        erasures.append(make_line())


def test_a_lock_that_is_never_released_is_refused_with_its_reason(monkeypatch):
    monkeypatch.setattr(file, "LOCK_TIMEOUT", 0.1)
    append_lines(1)
    with erasures.path().open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(NotRecordedError, match="Another process has locked it for too long"):
            erasures.append(make_line())


@pytest.mark.audit
def test_processes_that_append_at_the_same_time_lose_no_line(folder):
    context = get_context()
    barrier = context.Barrier(PROCESSES)
    processes = [context.Process(target=append_in_process, args=(folder, barrier)) for _ in range(PROCESSES)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * PROCESSES
    found = [line.by for line in erasures.read(erasures.path())]
    assert sorted(found.count(by) for by in set(found)) == [LINES] * PROCESSES


@pytest.mark.audit
def test_a_process_that_is_killed_while_it_appends_loses_no_line_that_was_reported(folder):
    context = get_context()
    written = context.SimpleQueue()
    process = context.Process(target=append_until_killed, args=(folder, written))
    process.start()
    reported: list[UUID] = [written.get() for _ in range(5)]
    os.kill(process.pid, signal.SIGKILL)
    process.join(60)
    erasures.append(last := make_line())
    ids = [line.id for line in erasures.read(erasures.path())]
    assert ids[: len(reported)] == reported
    assert ids[-1] == last.id


def test_missing_erasures_are_added_once():
    recorded, begun, lost = make_line(), make_line(), make_line()
    for line in (recorded, replace(recorded, state=LineState.DONE), begun):
        erasures.append(line)
    assert erasures.add_missing([recorded, begun, lost]) == 3
    added = erasures.read(erasures.path())[3:]
    assert [(line.id, line.state) for line in added] == [
        (begun.id, LineState.DONE),
        (lost.id, LineState.BEGUN),
        (lost.id, LineState.DONE),
    ]
    assert erasures.add_missing([recorded, begun, lost]) == 0


def test_an_erasure_that_was_committed_after_all_is_done():
    line = make_line()
    erasures.append(line)
    erasures.append(replace(line, state=LineState.FAILED))
    assert erasures.list_effective(erasures.read(erasures.path())) == []
    erasures.add_missing([line])
    assert erasures.list_effective(erasures.read(erasures.path())) == [replace(line, state=LineState.DONE)]


def test_a_site_without_erasures_has_no_file():
    assert erasures.add_missing([]) == 0
    assert not erasures.path().exists()


def test_nothing_is_added_to_a_damaged_file():
    raw = append_lines(3)
    damaged = raw[1] + raw[2]
    erasures.path().write_bytes(damaged)
    with pytest.raises(DamagedFileError, match="line 1"):
        erasures.add_missing([make_line()])
    assert erasures.path().read_bytes() == damaged


def rename_ana(line: Line) -> str:
    """Return a shorter name for one person, and the names of all others as they are."""
    return "Cem" if line.by == "Ana Kestrel" else line.by


def test_a_name_is_replaced_and_the_digests_of_that_line_and_all_later_ones_are_new():
    first, second, third = (make_line(by=name) for name in ("Ida Quay", "Ana Kestrel", "Ida Quay"))
    for line in (first, second, third):
        erasures.append(line)
    before = erasures.path().read_bytes().splitlines()
    assert erasures.replace_names(rename_ana) == 1
    assert erasures.read(erasures.path()) == [first, replace(second, by="Cem"), third]
    after = erasures.path().read_bytes().splitlines()
    assert after[0] == before[0]
    assert after[2].partition(b',"digest"')[0] == before[2].partition(b',"digest"')[0]
    assert after[2] != before[2]
    assert b"Ana Kestrel" not in b"".join(after)
    assert stat.S_IMODE(erasures.path().stat().st_mode) == 0o600
    erasures.append(last := make_line())
    assert erasures.read(erasures.path())[-1] == last


def test_a_file_in_which_a_name_is_replaced_becomes_longer():
    append_lines(3)
    before = erasures.path().stat().st_size
    erasures.replace_names(rename_ana)
    assert erasures.path().stat().st_size > before


def test_a_file_without_the_name_is_left_alone(folder):
    assert erasures.replace_names(rename_ana) == 0
    assert not erasures.path().exists()
    erasures.append(make_line(by="Ida Quay"))
    before = erasures.path().stat()
    assert erasures.replace_names(rename_ana) == 0
    assert os.path.samestat(erasures.path().stat(), before)
    assert [path.name for path in folder.iterdir()] == ["erasures.jsonl"]


def test_fields_of_a_later_release_remain_when_a_name_is_replaced():
    encoded, _ = erasures.lines.encode(make_line(), b"")
    body = encoded.rpartition(b',"digest"')[0] + b',"further":"value"'
    erasures.path().write_bytes(body + b',"digest":"' + erasures.lines._chain(b"", body) + b'"}\n')
    assert erasures.replace_names(rename_ana) == 1
    assert b'"further":"value"' in erasures.path().read_bytes()
    assert [line.by for line in erasures.read(erasures.path())] == ["Cem"]


def test_no_name_is_replaced_in_a_damaged_file():
    damaged = b"".join(append_lines(3)[1:])
    erasures.path().write_bytes(damaged)
    with pytest.raises(DamagedFileError, match="line 1"):
        erasures.replace_names(rename_ana)
    assert erasures.path().read_bytes() == damaged


def test_a_full_disk_leaves_the_file_with_the_name(folder):
    append_lines(3)
    before = erasures.path().read_bytes()
    with disk_full_after(100), pytest.raises(NotRecordedError, match="nothing is erased without it: File too large"):
        erasures.replace_names(rename_ana)
    assert erasures.path().read_bytes() == before
    assert [path.name for path in folder.iterdir()] == ["erasures.jsonl"]


def append_beside(folder: Path, barrier) -> None:
    django_settings.VAR_DIR = folder
    barrier.wait(60)
    for _ in range(LINES):
        erasures.append(make_line(by="Ida Quay"))


@pytest.mark.audit
def test_lines_that_are_appended_while_names_are_replaced_are_not_lost(folder):
    append_lines(1)
    context = get_context()
    barrier = context.Barrier(2)
    process = context.Process(target=append_beside, args=(folder, barrier))
    process.start()
    barrier.wait(60)
    names = [f"Name {number}" for number in range(LINES)]
    for name in names:
        erasures.replace_names(lambda line, name=name: line.by if line.by == "Ida Quay" else name)
    process.join(60)
    assert process.exitcode == 0
    assert [line.by for line in erasures.read(erasures.path())] == [names[-1], *["Ida Quay"] * LINES]


def test_an_erasure_counts_unless_it_failed():
    begun, done, failed = make_line(), make_line(), make_line()
    states = [
        (begun, LineState.BEGUN),
        (done, LineState.BEGUN),
        (failed, LineState.BEGUN),
        (failed, LineState.FAILED),
        (done, LineState.DONE),
    ]
    effective = erasures.list_effective([replace(line, state=state) for line, state in states])
    assert effective == [begun, replace(done, state=LineState.DONE)]


def test_only_the_files_of_finished_erasures_count_as_erased():
    begun, done = make_line(files=("ab" * 32,)), make_line(files=("cd" * 32, "ef" * 32))
    assert erasures.list_erased_files([begun, done, replace(done, state=LineState.DONE)]) == {"cd" * 32, "ef" * 32}
