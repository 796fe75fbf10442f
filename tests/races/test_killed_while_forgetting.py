"""Forgetting a person in a process that is killed: everything is removed or nothing, and the record is never behind."""

from pathlib import Path

import pytest
from django.conf import settings

from newsroom.accounts.forget import SCOPE, forget_person
from newsroom.operations import erasures, personal_data
from newsroom.operations.erasures import LineState
from tests.races.kill_process import run_until_write
from tests.stories.workflow.known_person import ADDRESS, NAME, USERNAME, make_person
from tests.stories.workflow.test_personal_data import find_cells

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _var_dir(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def forget(folder: str) -> None:
    settings.VAR_DIR = Path(folder)
    forget_person(personal_data.find_person(ADDRESS))


def list_states() -> list[LineState]:
    return [line.state for line in erasures.read(erasures.path()) if line.scope == SCOPE]


def test_a_killed_process_removes_nothing_and_the_next_one_everything(tmp_path):
    make_person(has_by_line=False)
    before = find_cells(ADDRESS, NAME, USERNAME)
    for at in (3, 10, 25):
        was_killed, _ = run_until_write(at, forget, (str(tmp_path),), media_root=tmp_path)
        assert was_killed
        assert find_cells(ADDRESS, NAME, USERNAME) == before
        assert list_states() == []
    was_killed, _ = run_until_write(0, forget, (str(tmp_path),), media_root=tmp_path)
    assert not was_killed
    assert find_cells(ADDRESS, NAME, USERNAME) == set()
    assert list_states() == [LineState.BEGUN, LineState.DONE]
