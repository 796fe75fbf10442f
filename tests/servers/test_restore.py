"""A real server during a restore: every worker answers 503 once the restore has begun."""

import time

import pytest

from newsroom.http import clock
from newsroom.operations import site_state
from newsroom.operations.wsgi import NOTICE_DELAY
from newsroom.page_cache.models import StoredPage
from tests.factories import make_published_story
from tests.servers.server_process import run_server, send_request

pytestmark = pytest.mark.django_db(transaction=True)


def test_every_worker_answers_503_during_a_restore(tmp_path):
    path = f"/stories/{make_published_story().slug}/"
    with run_server("serve", tmp_path) as port:
        assert {send_request(port, path).status for _ in range(20)} == {200}
        assert StoredPage.objects.filter(address=path).exists()
        site_state.begin_restore()
        refused = [send_request(port, path) for _ in range(20)]
        assert {answer.status for answer in refused} == {503}
        assert {answer.headers["retry-after"] for answer in refused} == {"60"}
        assert [send_request(port, address).status for address in ("/healthz", "/readyz")] == [200, 503]
        site_state.end_restore(at=clock.now())
        time.sleep(NOTICE_DELAY)
        assert {send_request(port, path).status for _ in range(20)} == {200}
