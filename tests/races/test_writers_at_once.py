"""Eight people write one story over HTTP as fast as they can: no accepted word is lost."""

import http.client
import random
import re
import time
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse

from stories.models import AutosaveSlot, Document, Revision
from tests.factories import make_story, make_user
from tests.races.processes import run_concurrently
from tests.site_process import free_port, served

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 8
SERVERS = 2
SHORT, FULL = 10, 60  # seconds
WORD = re.compile(r"\bw\d+x\d+\b")
FIELDS = ("standfirst", "method_note", "sections-0-text", "sections-1-text", "sections-2-text")


class Browser:
    """A client that is signed in and uses a single connection."""

    def __init__(self, port, cookie):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.cookies = {settings.SESSION_COOKIE_NAME: cookie}

    def request(self, path, body=None):
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        encoded = None
        if body is not None:
            encoded = urlencode(body)
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        self.connection.request("POST" if body is not None else "GET", path, encoded, headers)
        answer = self.connection.getresponse()
        for header in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = header.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.read().decode()


def write(number, port, path, autosave, cookie, person, seconds):
    """Write for some seconds; return the words that the server accepted, and the number of requests per outcome."""
    from tests.stories.admin.form_data import filled_of

    browser, chance, window = Browser(port, cookie), random.Random(number), str(uuid4())  # noqa: S311 -- no secret
    accepted, outcomes, sequence, count = set(), {"autosaved": 0, "saved": 0, "conflict": 0}, 0, 0
    until = time.monotonic() + seconds
    form = filled_of(browser.request(path)[1])
    while time.monotonic() < until:
        count, sequence = count + 1, sequence + 1
        field, word = chance.choice(FIELDS), f"w{number}x{count}"
        form[field] = f"{form[field]} {word}".strip()
        pending = {*WORD.findall(" ".join(form[name] for name in FIELDS))}
        metadata = {"_window": window, "_sequence": str(sequence), "_person": person}
        if chance.random() < 0.6:
            status, answer = browser.request(autosave, form | metadata)
            assert status == 200, answer
            accepted |= pending
            outcomes["autosaved"] += 1
            continue
        status, answer = browser.request(path, form | metadata | {"_continue": "save"})
        assert status in {200, 302}, answer
        if status == 302:
            accepted |= pending
            outcomes["saved"] += 1
            form = filled_of(browser.request(path)[1])
        else:
            # A conflict: the page contains both texts, and the form continues with the user's own.
            outcomes["conflict"] += 1
            # Words that another user removed are in a revision; words typed only here must be on the page.
            typed = {word for word in pending - accepted if word.startswith(f"w{number}x")}
            lost = typed - {*WORD.findall(answer)}
            assert not lost, f"The conflict page has lost {lost}."
            form = filled_of(answer)
    return sorted(accepted), outcomes


def test_each_accepted_word_of_eight_writers_is_in_a_revision_or_autosaved(tmp_path, full_length):
    story = make_story()
    ports, calls = [free_port() for _ in range(SERVERS)], []
    for number in range(WRITERS):
        client, person = Client(), make_user()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        assert client.session[SESSION_KEY] == str(person.pk)
        path, autosave = (
            reverse(f"admin:stories_story_{screen}", args=[story.pk]) for screen in ("change", "autosave")
        )
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        calls.append(
            (number, ports[number % SERVERS], path, autosave, cookie, str(person.pk), FULL if full_length else SHORT)
        )
    with served(ports[0], media_root=tmp_path), served(ports[1], media_root=tmp_path):
        answers = run_concurrently(write, calls, media_root=tmp_path)
    assert {kind for kind, _ in answers} == {"returned"}, answers
    accepted = {word for _, (words, _) in answers for word in words}
    outcomes = {name: sum(counts[name] for _, (_, counts) in answers) for name in ("autosaved", "saved", "conflict")}
    saved = " ".join(str(document.body) for document in Document.objects.filter(revisions__work=story).distinct())
    autosaved = " ".join(value for slot in AutosaveSlot.objects.all() for _, value in slot.values)
    stored = {*WORD.findall(saved)} | {*WORD.findall(autosaved)}
    assert accepted - stored == set()
    assert outcomes["autosaved"], outcomes
    assert outcomes["saved"], outcomes
    numbers = list(Revision.objects.filter(work=story).order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
