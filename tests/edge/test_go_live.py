"""After a restore and ``manage.py go_live``, Varnish holds no page that is newer than the database."""

import sqlite3
from contextlib import closing
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from newsroom.http import clock
from newsroom.operations import site_state
from newsroom.page_cache.purge import REPEAT_DELAY
from stories import publishing
from tests.crawl import walk
from tests.databases import copy_sqlite
from tests.edge.test_varnish import NEW, OLD, address_of, rewrite, run_worker
from tests.factories import make_published_story, make_update, make_user


@pytest.fixture
def backup(transactional_db, tmp_path):
    """Return functions that copy the SQLite database to a file, and back."""
    path = tmp_path / "backup.sqlite3"

    def create():
        copy_sqlite(path)

    def restore():
        with closing(sqlite3.connect(path)) as copy:
            copy.backup(connection.connection)
        site_state.begin_restore(delay=0)
        site_state.end_restore(at=clock.now())

    return create, restore


class Recorder:
    """A WSGI application that stores the responses of another one, and repeats them while ``is_late`` is set.

    It then acts like a web process that began to build a page before the restore and answers after it.
    """

    def __init__(self, application):
        self.application, self.answers, self.is_late = application, {}, False

    def __call__(self, environ, start_response):
        path = environ["PATH_INFO"]
        if not self.is_late:
            begun = []
            answer = self.application(environ, lambda status, headers, error=None: begun.append((status, headers)))
            self.answers[path] = (*begun[-1], b"".join(answer))
            getattr(answer, "close", lambda: None)()
        status, headers, body = self.answers[path]
        start_response(status, headers)
        return [body]


def test_pages_that_are_newer_than_the_restored_database_leave_varnish(read, backup, server_and_address, client):
    server, _ = server_and_address
    server.set_app(recorder := Recorder(server.get_app()))
    create, restore = backup
    editor = make_user()
    stories = [make_published_story(by=editor) for _ in range(3)]
    for words, update in ((OLD, ()), (NEW, ("It was measured again.",))):
        for story in stories:
            rewrite(story, words, by=editor)
            publishing.publish(story, by=editor, change=make_update(*update))
        if words == OLD:
            create()
    run_worker()
    pages = sorted(walk(client, "/", "/sitemap.xml"))
    assert len(pages) > 20
    for page in pages:
        read(page)
    restore()
    run_worker()
    held = {page: read(page) for page in pages}
    newer = [page for page, answer in held.items() if answer.is_hit and NEW in answer.words]
    assert {*map(address_of, stories)} < {*newer}, "A quiet site purges nothing."

    call_command("go_live", "--yes", stdout=StringIO())
    recorder.is_late = True
    late, *others = newer
    assert [(answer.is_hit, NEW in answer.words) for answer in (read(late), read(late))] == [
        (False, True),
        (True, True),
    ]
    recorder.is_late = False
    assert [page for page in others if NEW in read(page).words] == []
    run_worker()
    assert read(late).is_hit, "The second purge is due a minute later."
    with clock.fixed_at(clock.now() + REPEAT_DELAY):
        run_worker()
    for page in pages:
        answer, ours = read(page), client.get(page)
        assert (answer.status, answer.words) == (ours.status_code, ours.content), page
        assert NEW not in answer.words, page
