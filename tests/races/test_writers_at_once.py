"""Eight people write into one story through HTTP, each as fast as they can: no word that was taken in is ever gone."""

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
from tests.races.processes import at_once
from tests.site_process import free_port, served

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 8
SERVERS = 2
LENGTH, FULL = 10, 60  # seconds
WORD = re.compile(r"\bw\d+x\d+\b")
FIELDS = ("standfirst", "method_note", "sections-0-text", "sections-1-text", "sections-2-text")


class Browser:
    """Somebody signed in, who asks and sends over one connection."""

    def __init__(self, port, cookie):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.cookies = {settings.SESSION_COOKIE_NAME: cookie}

    def ask(self, path, body=None):
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        sent = None
        if body is not None:
            sent = urlencode(body)
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        self.connection.request("POST" if body is not None else "GET", path, sent, headers)
        answer = self.connection.getresponse()
        for header in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = header.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.read().decode()


def write(number, port, path, autosave, cookie, person, seconds):
    """Write for so long, and return the words that the server took in, and how often it did what."""
    from tests.stories.admin.form_data import filled_of

    browser, chance, window = Browser(port, cookie), random.Random(number), str(uuid4())  # noqa: S311 -- no secret
    taken, done, sequence, count = set(), {"kept": 0, "saved": 0, "asked": 0}, 0, 0
    until = time.monotonic() + seconds
    form = filled_of(browser.ask(path)[1])
    while time.monotonic() < until:
        count, sequence = count + 1, sequence + 1
        field, word = chance.choice(FIELDS), f"w{number}x{count}"
        form[field] = f"{form[field]} {word}".strip()
        pending = {*WORD.findall(" ".join(form[name] for name in FIELDS))}
        about = {"_window": window, "_sequence": str(sequence), "_person": person}
        if chance.random() < 0.6:
            status, answer = browser.ask(autosave, form | about)
            assert status == 200, answer
            taken |= pending
            done["kept"] += 1
            continue
        status, answer = browser.ask(path, form | about | {"_continue": "save"})
        assert status in {200, 302}, answer
        if status == 302:
            taken |= pending
            done["saved"] += 1
            form = filled_of(browser.ask(path)[1])
        else:
            # Two texts of one place: the page holds both, and what is sent next is this one's.
            done["asked"] += 1
            # What somebody else took out meanwhile is in a revision; what was only typed here is on the page.
            typed = {word for word in pending - taken if word.startswith(f"w{number}x")}
            gone = typed - {*WORD.findall(answer)}
            assert not gone, f"The page that asks has lost {gone}."
            form = filled_of(answer)
    return sorted(taken), done


def test_each_word_of_eight_who_write_at_once_is_in_a_revision_or_waits_unsaved(tmp_path, full_length):
    story = make_story()
    ports, calls = [free_port() for _ in range(SERVERS)], []
    for number in range(MANY):
        client, person = Client(), make_user()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        assert client.session[SESSION_KEY] == str(person.pk)
        path, autosave = (
            reverse(f"admin:stories_story_{screen}", args=[story.pk]) for screen in ("change", "autosave")
        )
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        calls.append(
            (number, ports[number % SERVERS], path, autosave, cookie, str(person.pk), FULL if full_length else LENGTH)
        )
    with served(ports[0], place=tmp_path), served(ports[1], place=tmp_path):
        answers = at_once(write, calls, place=tmp_path)
    assert {kind for kind, _ in answers} == {"returned"}, answers
    taken = {word for _, (words, _) in answers for word in words}
    done = {name: sum(counts[name] for _, (_, counts) in answers) for name in ("kept", "saved", "asked")}
    said = " ".join(str(document.body) for document in Document.objects.filter(revisions__work=story).distinct())
    waiting = " ".join(value for slot in AutosaveSlot.objects.all() for _, value in slot.values)
    found = {*WORD.findall(said)} | {*WORD.findall(waiting)}
    assert taken - found == set()
    assert done["kept"], done
    assert done["saved"], done
    numbers = list(Revision.objects.filter(work=story).order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
