"""A running site whose PostgreSQL server accepts no writes."""

import pytest

from newsroom.site.errors import UNSAVED
from tests.factories import PASSWORD
from tests.postgresql.outages.conftest import STORIES
from tests.stories.admin.form_data import filled_of

pytestmark = [pytest.mark.audit, pytest.mark.django_db]


def test_readers_are_served_and_signing_in_shows_the_reason(site):
    site.cluster.make_read_only()
    site.cluster.execute("SELECT 1")
    pages = [
        "/",
        "/topics/",
        "/sources/",
        "/questions/",
        "/corrections/",
        "/search/?q=pier",
        "/api/v1/topics",
        *STORIES,
    ]
    assert [answer.status for answer in site.get_all(pages)] == [200] * len(pages)
    form = site.get("/accounts/login/")
    token = filled_of(form.body.decode())["csrfmiddlewaretoken"]
    cookie = form.headers["set-cookie"].split(";")[0]
    for _ in range(12):
        answer = site.post(
            "/accounts/login/", {"login": "editor", "password": PASSWORD, "csrfmiddlewaretoken": token}, Cookie=cookie
        )
        assert (answer.status, answer.headers["retry-after"]) == (503, "5")
        assert UNSAVED in answer.body.decode()
