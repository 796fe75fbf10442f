"""The words that people see, compared with those that were read and approved. Each file here holds those of one test:

* ``public.txt``: each public page of a small newsroom, withdrawn pages, each state of the search, and reader reports;
* ``empty.txt``: each list of a site without content, for readers and at the desk, and searches that find nothing;
* ``errors.txt``: the error pages for readers and at the desk;
* ``accounts.txt``: signing in, invitations, and the user's own account, with what its forms refuse;
* ``previews.txt``: shared previews, also behind a passcode, ended, revoked, and with comments;
* ``desk.txt``: each screen of the desk for an administrator, then further states of screens;
* ``messages.txt``: for one POST to each address of the desk that takes one, then for further POSTs, the messages and
  the lines that the page with the form did not have.

Each entry begins with a name and the status of the response. It contains the words of a page in HTML, whatever the
status, or those that a script shows of JSON; dates, numbers and uids are replaced. Further states of screens only have
the lines that no screen before them has. Not recorded are redirects, other formats, mails, languages other than
English, and what only other roles see.

``UPDATE_WORDS=1`` writes the files anew and fails, so that nobody takes that for a comparison.
"""

import itertools
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache

from newsroom.accounts import signals
from newsroom.audit import access
from newsroom.background import health_screen
from newsroom.http import clock
from tests import factories
from tests.clocks import MONDAY
from tests.journeys.words import accounts, desk, empty_site, error_pages, public_pages, shared_previews
from tests.journeys.words.record import describe_pages

pytestmark = [pytest.mark.audit, pytest.mark.portable, pytest.mark.django_db]

FOLDER = Path(__file__).parent


@pytest.fixture(autouse=True)
def _same_in_every_run(monkeypatch):
    """Start the clock at a fixed time, advance it a millisecond at each reading, and number made-up names from one."""
    moments = (MONDAY + timedelta(milliseconds=number) for number in itertools.count())
    monkeypatch.setattr(clock, "now", lambda: next(moments))
    monkeypatch.setattr(factories, "_numbers", itertools.count(1))
    monkeypatch.setattr(health_screen, "list_versions", lambda: [("Newsroom", "1.4.0")])
    # Otherwise the list of access events would show one for each page that is refused here.
    monkeypatch.setattr(access, "store", lambda entries: None)
    # Otherwise the first sign-in of each account, made before the clock was set, would send a mail.
    monkeypatch.setattr(signals, "NEW_ACCOUNT_AGE", timedelta.max)
    cache.clear()


# What each file contains. Two of them are recorded together.
FILES: dict[str, Callable[[], str]] = {
    "public": lambda: describe_pages(public_pages.open_pages()),
    "empty": lambda: describe_pages(empty_site.open_pages()),
    "errors": lambda: describe_pages(error_pages.open_pages()),
    "accounts": lambda: describe_pages(accounts.open_pages()),
    "previews": lambda: describe_pages(shared_previews.open_pages()),
    "desk": lambda: desk.describe_desk()[0],
    "messages": lambda: desk.describe_desk()[1],
}


@pytest.mark.parametrize("name", FILES)
def test_the_words_are_those_that_were_approved(name):
    words, path = FILES[name](), FOLDER / f"{name}.txt"
    if os.environ.get("UPDATE_WORDS") == "1":
        path.write_text(words)
        pytest.fail("The words were written; read the difference, then run without UPDATE_WORDS.")
    assert words.splitlines() == path.read_text().splitlines()
