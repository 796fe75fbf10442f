"""The query plan for claiming addresses: each address is looked up once."""

import re
import uuid

import pytest
from django.db import connection

from newsroom.redirects.models import Address
from tests.recorded_sql import statements

pytestmark = pytest.mark.django_db

SLUGS = [f"place-{number}" for number in range(500)]


def test_an_address_is_not_looked_up_under_the_kinds_of_others():
    uids = {(kind, slug): uuid.uuid4() for kind in ("topic", "outlet") for slug in SLUGS}
    Address.objects.bulk_create(Address(kind=kind, slug=slug, uid=uid) for (kind, slug), uid in uids.items())
    claimed = [("topic" if number % 2 else "outlet", slug) for number, slug in enumerate(SLUGS[:40])]
    with statements() as recorded:
        Address.objects.claim_all((*address, uids[address]) for address in claimed)
    assert len(recorded) == 1
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF) {recorded[0]}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    (lookups,) = re.findall(r"Index Scan using address_given_once.* loops=(\d+)", plan)
    # Each slug is looked up as it is and as it would be stored after an erasure.
    assert int(lookups) == 2 * len(claimed), plan
