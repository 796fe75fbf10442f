"""The words of every public page and desk screen, compared with those that were read and approved.

``UPDATE_WORDS=1`` writes the new words to ``public.txt`` and ``desk.txt`` and fails, so that nobody takes that for a
comparison. Read the difference before you commit it.
"""

import itertools
import os
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from newsroom.http import clock
from tests import factories
from tests.clocks import MONDAY
from tests.conftest import signed_in
from tests.factories import make_user
from tests.journeys.desk import make_attempts
from tests.journeys.words.extract import extract_words
from tests.journeys.world import make_world

pytestmark = pytest.mark.django_db

FOLDER = Path(__file__).parent


@pytest.fixture(autouse=True)
def _same_in_every_run(monkeypatch):
    """Start the clock at a fixed time, advance it a millisecond at each reading, and number made-up names from one."""
    moments = (MONDAY + timedelta(milliseconds=number) for number in itertools.count())
    monkeypatch.setattr(clock, "now", lambda: next(moments))
    monkeypatch.setattr(factories, "_numbers", itertools.count(1))


def read_pages(client: Client, addresses: Iterable[tuple[str, str]]) -> str:
    """Return the words of the pages in HTML, each below the name of its route."""
    lines: list[str] = []
    for name, address in addresses:
        response = client.get(address)
        if response.status_code == 200 and response.get("Content-Type", "").startswith("text/html"):
            lines += [f"== {name}", *extract_words(response.content.decode()), ""]
    return "\n".join(lines)


def check_words(name: str, words: str) -> None:
    """Compare words with those in a file, or write them to it and fail."""
    path = FOLDER / f"{name}.txt"
    if os.environ.get("UPDATE_WORDS") == "1":
        path.write_text(words)
        pytest.fail("The words were written; read the difference, then run without UPDATE_WORDS.")
    assert words.splitlines() == path.read_text().splitlines()


def test_the_words_of_public_pages_are_those_that_were_approved(client):
    check_words("public", read_pages(client, sorted(make_world().public.items())))


def test_the_words_of_the_desk_are_those_that_were_approved():
    administrator = make_user(role="Administrator")
    attempts = make_attempts(administrator)
    check_words(
        "desk", read_pages(signed_in(administrator), [(attempt.route, attempt.address) for attempt in attempts])
    )
