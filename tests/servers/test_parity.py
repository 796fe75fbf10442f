"""Behind a real server, what is answered from the store is what Django answers, byte for byte."""

import pytest
from django.urls import resolve

from newsroom.page_cache.models import StoredPage
from tests.conftest import FULL_LENGTH
from tests.journeys.pages import every_page
from tests.servers.server_process import ask, running

pytestmark = pytest.mark.django_db(transaction=True)
# Answered by Django alone, which finds that it is so.
BY_DJANGO = {"If-Match": "*"}
WAYS = {
    "unpacked": {"Accept-Encoding": "identity"},
    "packed": {"Accept-Encoding": "gzip, br"},
    "with anything": {"Accept-Encoding": "*"},
    "without gzip": {"Accept-Encoding": "gzip;q=0, *"},
    "with a cookie": {"Cookie": f"csrftoken={'a' * 32}"},
    "in part": {"Range": "bytes=0-99"},
}


@pytest.fixture(autouse=True)
def _roles(transactional_db):
    from newsroom.accounts import roles

    roles.set_up_roles()


@pytest.mark.parametrize("server", ["serve", *(["gunicorn"] if FULL_LENGTH else [])])
def test_from_the_store_comes_what_django_answers(server, tmp_path):
    addresses = sorted({address for address in every_page().values() if "?" not in address})
    with running(server, tmp_path) as port:
        for _ in range(2):  # where a key had no version the first page is not kept
            for address in addresses:
                ask(port, address, **BY_DJANGO)
        kept = list(StoredPage.objects.order_by("address").values_list("address", flat=True))
        assert {resolve(address).url_name for address in kept} >= {"story", "question", "front_page", "topic"}
        for address in kept:
            for way, headers in WAYS.items() if FULL_LENGTH else [*WAYS.items()][:2]:
                for method in ("GET", "HEAD"):
                    stored = ask(port, address, method=method, **headers)
                    django = ask(port, address, method=method, **headers, **BY_DJANGO)
                    assert stored == django, (address, way, method)
                    known = {"If-None-Match": f'"x", {stored.headers["etag"]}'}
                    again = ask(port, address, method=method, **headers, **known)
                    assert again == ask(port, address, method=method, **headers, **known, **BY_DJANGO)
                    assert again.status == (304 if stored.status == 200 else stored.status)
        # What was compared came from the store: there it is changed, and here it shows.
        StoredPage.objects.update(tag="changed-by-hand")
        assert {ask(port, address).headers["etag"] for address in kept} == {'"changed-by-hand"'}
