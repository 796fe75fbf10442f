"""If the database accepts no writes, the form says so and no text is lost."""

import re

import pytest
from django.db.backends.utils import CursorWrapper
from django.urls import reverse
from playwright.sync_api import expect

from newsroom.site.errors import UNSAVED
from stories.admin.drafts.autosave import form as autosave_form
from stories.drafts import revisions
from stories.models import Edition
from tests.browser.conftest import DESKTOP
from tests.browser.faults import find_faults
from tests.browser.test_autosave import (
    KEPT,
    SAVED,
    autosaved,
    form_of,
    local_copy_heading,
    save,
    standfirst,
    status,
    type_standfirst,
)
from tests.factories import PASSWORD, make_story

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _autosave_soon(monkeypatch):
    monkeypatch.setattr(autosave_form, "AUTOSAVE_DELAY_MS", 150)


@pytest.fixture
def set_read_only(monkeypatch):
    """Return a function that makes SQLite read-only on all connections of this process, or writable again."""
    execute = CursorWrapper.execute
    is_read_only = [False]

    def execute_with_pragma(self, sql, params=None):
        self.db.connection.execute(f"PRAGMA query_only = {is_read_only[0]:d}")
        return execute(self, sql, params)

    monkeypatch.setattr(CursorWrapper, "execute", execute_with_pragma)
    yield lambda value: is_read_only.__setitem__(0, value)
    is_read_only[0] = False


@pytest.fixture
def story(transactional_db):
    return make_story(texts={"happened": "The sea came in at three."})


def test_typed_text_is_stored_in_the_browser_and_saved_once_the_database_is_writable(
    open_page, editor, story, set_read_only
):
    page = open_page(form_of(story), as_=editor)
    set_read_only(True)
    type_standfirst(page, "On deadline. ")
    expect(status(page)).to_have_text(KEPT)
    save(page)
    expect(status(page)).to_have_text(KEPT)
    expect(standfirst(page)).to_have_value("On deadline. ")
    page.reload()
    expect(local_copy_heading(page)).to_be_visible()
    page.get_by_role("button", name="Compare the text in this browser").wait_for()
    set_read_only(False)
    page.get_by_role("button", name="Compare the text in this browser").click()
    page.get_by_role("button", name="Restore").click()
    expect(standfirst(page)).to_have_value("On deadline. ")
    expect(status(page)).to_have_text(SAVED)
    assert autosaved() == ["On deadline. "]


def test_a_publication_that_cannot_be_saved_shows_why(open_page, editor, story, set_read_only):
    page = open_page(reverse("admin:stories_story_publish", args=[story.pk]), as_=editor)
    set_read_only(True)
    page.get_by_role("button", name=re.compile("^Publish")).click()
    expect(page.get_by_text(UNSAVED)).to_be_visible()
    assert find_faults(page, DESKTOP["width"]) == []
    set_read_only(False)
    assert not Edition.objects.filter(work=story).exists()
    assert revisions.get_newest_revision(story).number == 1


def test_signing_in_shows_the_reason_on_a_page_of_the_site(open_page, editor, set_read_only):
    page = open_page("/accounts/login/")
    set_read_only(True)
    page.get_by_label(re.compile("login|user ?name|e-?mail", re.IGNORECASE)).first.fill(editor.username)
    page.get_by_label(re.compile("^password", re.IGNORECASE)).first.fill(PASSWORD)
    page.get_by_role("button", name=re.compile(r"^\s*sign in\s*$", re.IGNORECASE)).click()
    expect(page.get_by_role("heading", name="Not saved")).to_be_visible()
    expect(page.get_by_text(UNSAVED)).to_be_visible()
    assert PASSWORD not in page.content()
    assert find_faults(page, DESKTOP["width"]) == []
