"""A site whose PostgreSQL takes no writes: what a real server answers."""

import pytest

from newsroom.site.errors import UNSAVED
from tests.factories import PASSWORD
from tests.postgresql.outages.conftest import STORIES
from tests.stories.admin.form_data import filled_of

pytestmark = [pytest.mark.audit, pytest.mark.django_db]


def test_readers_are_served_and_who_signs_in_hears_the_reason(site):
    site.cluster.only_read()
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
