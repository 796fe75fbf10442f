"""If the disk of the database is full, the form says so, and no text is lost."""

import re

import pytest
from django.db import connection
from playwright.sync_api import expect

from stories.admin.drafts.autosave import form as autosave_form
from tests.backups import restored
from tests.browser.test_autosave import KEPT, form_of, save, standfirst, status, type_standfirst
from tests.databases import copy_sqlite
from tests.factories import make_story, make_user
from tests.small_disk import small_disk

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def disk(tmp_path, transactional_db):
    """Yield a small disk. The database of the test is a copy on it."""
    with small_disk(tmp_path / "disk", megabytes=64) as disk:
        path = disk.folder / "newsroom.sqlite3"
        copy_sqlite(path)
        with restored(f"sqlite:///{path}"):
            yield disk


def test_text_typed_on_a_full_disk_is_saved_once_there_is_space(open_page, disk, monkeypatch):
    monkeypatch.setattr(autosave_form, "AUTOSAVE_DELAY_MS", 150)
    story = make_story(texts={"happened": "The sea came in at three."})
    page = open_page(form_of(story), as_=make_user(role="Editor"))
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    disk.fill()
    type_standfirst(page, "On deadline.")
    expect(status(page)).to_have_text(KEPT)
    with page.expect_response(lambda response: response.status == 503):
        save(page)
    expect(status(page)).to_have_text(KEPT)
    expect(standfirst(page)).to_have_value("On deadline.")
    disk.make_space()
    expect(status(page)).to_have_text(re.compile("^Draft saved"))  # the form tries again by itself
    with page.expect_navigation():
        save(page)
    expect(standfirst(page)).to_have_value("On deadline.")
    story.refresh_from_db()
    assert story.standfirst == "On deadline."
