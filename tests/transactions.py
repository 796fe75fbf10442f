"""Transactions that tests open around code of the product."""

from django.db import transaction
from django.db.transaction import Atomic


def of_the_test() -> Atomic:
    """Return a transaction that counts as the test's own: the code in it is checked as if no transaction were open."""
    block: Atomic = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]  # not in the stubs
    return block
