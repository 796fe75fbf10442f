"""Transactions that tests themselves open around what the product does."""

from django.db import transaction
from django.db.transaction import Atomic


def of_the_test() -> Atomic:
    """Return a transaction that counts as the test's own: what runs within is held to the same rules as without."""
    block: Atomic = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]  # not in the stubs
    return block
