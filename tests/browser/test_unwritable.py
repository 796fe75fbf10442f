"""Nobody loses a word where the database takes no writes: the form says so, and the text stays."""

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
from tests.browser.faults import faults_of
from tests.browser.test_autosave import SAVED, form_of, held, kept_here, save, standfirst, status, types
from tests.factories import PASSWORD, make_story

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _soon(monkeypatch):
    monkeypatch.setattr(autosave_form, "AUTOSAVE_DELAY_MS", 150)


@pytest.fixture
def only_reads(monkeypatch):
    """Return what lets SQLite refuse writes on all connections of the server, or take them again."""
    execute = CursorWrapper.execute
    is_read_only = [False]

    def asked(self, sql, params=None):
        self.db.connection.execute(f"PRAGMA query_only = {is_read_only[0]:d}")
        return execute(self, sql, params)

    monkeypatch.setattr(CursorWrapper, "execute", asked)
    yield lambda whether: is_read_only.__setitem__(0, whether)
    is_read_only[0] = False


@pytest.fixture
def story(transactional_db):
    return make_story(texts={"happened": "The sea came in at three."})


def test_what_is_typed_is_kept_in_the_browser_and_saved_when_the_database_takes_it(
    open_page, editor, story, only_reads
):
    page = open_page(form_of(story), as_=editor)
    only_reads(True)
    types(page, "On deadline. ")
    expect(status(page)).to_have_text(UNSAVED)
    save(page)
    expect(status(page)).to_have_text(UNSAVED)
    expect(standfirst(page)).to_have_value("On deadline. ")
    page.reload()
    expect(kept_here(page)).to_be_visible()
    page.get_by_role("button", name="Compare what this browser kept").wait_for()
    only_reads(False)
    page.get_by_role("button", name="Compare what this browser kept").click()
    page.get_by_role("button", name="Take it in").click()
    expect(standfirst(page)).to_have_value("On deadline. ")
    expect(status(page)).to_have_text(SAVED)
    assert held() == ["On deadline. "]


def test_a_publication_that_cannot_be_saved_gives_the_note_back(open_page, editor, story, only_reads):
    page = open_page(reverse("admin:stories_story_publish", args=[story.pk]), as_=editor)
    only_reads(True)
    page.get_by_role("button", name=re.compile("^Publish")).click()
    expect(page.get_by_text(UNSAVED)).to_be_visible()
    assert faults_of(page, DESKTOP["width"]) == []
    only_reads(False)
    assert not Edition.objects.filter(work=story).exists()
    assert revisions.get_newest_revision(story).number == 1


def test_who_signs_in_hears_the_reason_in_the_look_of_the_site(open_page, editor, only_reads):
    page = open_page("/accounts/login/")
    only_reads(True)
    page.get_by_label(re.compile("login|user ?name|e-?mail", re.IGNORECASE)).first.fill(editor.username)
    page.get_by_label(re.compile("^password", re.IGNORECASE)).first.fill(PASSWORD)
    page.get_by_role("button", name=re.compile(r"^\s*sign in\s*$", re.IGNORECASE)).click()
    expect(page.get_by_role("heading", name="Not saved")).to_be_visible()
    expect(page.get_by_text(UNSAVED)).to_be_visible()
    assert PASSWORD not in page.content()
    assert faults_of(page, DESKTOP["width"]) == []
