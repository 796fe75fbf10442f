"""A running site whose disk with PostgreSQL's data, the folder and the pictures is full."""

from contextlib import suppress

import psycopg
import pytest

from tests.full_disk import assert_nothing_is_lost
from tests.small_disk import require_disk

pytestmark = [pytest.mark.audit, pytest.mark.django_db]
_SESSION = (
    "INSERT INTO django_session (session_key, session_data, expire_date)"
    " VALUES (md5(random()::text), repeat('x', 300), now() + interval '1 day')"
)


def test_readers_are_served_and_nothing_that_editors_send_is_lost(site):
    disk = require_disk(site.cluster.disk)

    def fill():
        for _ in range(2):  # autovacuum may return space to the disk meanwhile
            disk.fill()
            with suppress(psycopg.OperationalError):  # once the table has no free space left
                while True:
                    site.cluster.execute(_SESSION)

    try:
        assert_nothing_is_lost(site.port, fill=fill, make_space=disk.make_space)
    finally:
        disk.make_space()
