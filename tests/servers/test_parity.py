"""On a real server, a stored page equals Django's response byte for byte."""

import pytest
from django.urls import resolve

from newsroom.page_cache.models import StoredPage
from tests.conftest import FULL_LENGTH
from tests.journeys.pages import every_page
from tests.servers.server_process import run_server, send_request

pytestmark = pytest.mark.django_db(transaction=True)
# Only Django answers requests with this header; the condition is true for every page that exists.
BYPASS_STORE = {"If-Match": "*"}
REQUEST_HEADERS = {
    "uncompressed": {"Accept-Encoding": "identity"},
    "compressed": {"Accept-Encoding": "gzip, br"},
    "with anything": {"Accept-Encoding": "*"},
    "without gzip": {"Accept-Encoding": "gzip;q=0, *"},
    "with a cookie": {"Cookie": f"csrftoken={'a' * 32}"},
    "in part": {"Range": "bytes=0-99"},
}


@pytest.mark.parametrize("server", ["serve", *(["gunicorn"] if FULL_LENGTH else [])])
def test_a_stored_page_equals_the_response_of_django(server, tmp_path):
    addresses = sorted({address for address in every_page().values() if "?" not in address})
    with run_server(server, tmp_path) as port:
        for _ in range(2):  # if a page key has no version yet, the first response is not stored
            for address in addresses:
                send_request(port, address, **BYPASS_STORE)
        stored_addresses = list(StoredPage.objects.order_by("address").values_list("address", flat=True))
        assert {resolve(address).url_name for address in stored_addresses} >= {
            "story",
            "question",
            "front_page",
            "topic",
        }
        for address in stored_addresses:
            for variant, headers in REQUEST_HEADERS.items() if FULL_LENGTH else [*REQUEST_HEADERS.items()][:2]:
                for method in ("GET", "HEAD"):
                    stored = send_request(port, address, method=method, **headers)
                    django = send_request(port, address, method=method, **headers, **BYPASS_STORE)
                    assert stored == django, (address, variant, method)
                    conditional = {"If-None-Match": f'"x", {stored.headers["etag"]}'}
                    again = send_request(port, address, method=method, **headers, **conditional)
                    assert again == send_request(port, address, method=method, **headers, **conditional, **BYPASS_STORE)
                    assert again.status == (304 if stored.status == 200 else stored.status)
        # Prove that these pages come from the store: a change there is visible in the response.
        StoredPage.objects.update(tag="changed-by-hand")
        assert {send_request(port, address).headers["etag"] for address in stored_addresses} == {'"changed-by-hand"'}
