"""The base of lists that cost the same however much there is."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from newsroom.db.counts import CappedPaginator
from newsroom.editing.screens import DeskAdmin
from newsroom.listing.changelist import DeskList


class BoundedAdmin(DeskAdmin):
    """A list of which the first thousand rows stand on pages, and are counted.

    Its query (``get_queryset``) holds what rows are chosen and ordered by, no more; ``shown`` adds what the columns say.
    ``sortable_by`` names the columns in whose order an index keeps the rows.
    """

    paginator = CappedPaginator
    show_full_result_count = False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[DeskList]:
        """Show a list that reads no further than anybody does."""
        return DeskList

    def shown(self, request: HttpRequest, rows: QuerySet[Any]) -> Iterable[Any]:
        """Return the rows of one page, in any order, with what the columns say of them."""
        return rows

    def in_order(self, rows: QuerySet[Any], ordering: Sequence[Any]) -> QuerySet[Any]:
        """Return the rows in this order, which an index keeps for those that it holds."""
        return rows.order_by(*ordering)
