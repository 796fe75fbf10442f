"""Reading pages before the fork while PostgreSQL accepts connections, but does not answer."""

import psycopg
import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection

from newsroom.operations.warm_up import warm_up
from tests.databases import direct_url


@pytest.mark.django_db(transaction=True)
def test_a_locked_table_does_not_keep_the_server_from_starting():
    with psycopg.connect(direct_url()) as other:
        other.execute("LOCK TABLE pages_pagekey IN ACCESS EXCLUSIVE MODE")
        warm_up(WSGIHandler(), within=0.5)
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pages_pagekey")
        assert cursor.fetchone()
