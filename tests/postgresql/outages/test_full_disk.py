"""A running site whose disk with PostgreSQL's data, the folder and the pictures is full."""

from contextlib import suppress

import psycopg
import pytest

from tests.full_disk import assert_nothing_is_lost
from tests.small_disk import require_disk

pytestmark = [pytest.mark.audit, pytest.mark.django_db]
_SESSION = (
    "INSERT INTO django_session (session_key, session_data, expire_date)"
    " VALUES (md5(random()::text), repeat('x', {size}), now() + interval '1 day')"
)


def test_readers_are_served_and_nothing_that_editors_send_is_lost(site):
    disk = require_disk(site.cluster.disk)

    def fill():
        disk.fill()
        for size in (300, 1):  # then no page of the table has space for another session, however short
            with suppress(psycopg.OperationalError):
                while True:
                    site.cluster.execute(_SESSION.format(size=size))

    try:
        assert_nothing_is_lost(site.port, fill=fill, make_space=disk.make_space)
    finally:
        disk.make_space()
