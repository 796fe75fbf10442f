"""A list of the desk: counted no further than anybody reads, narrowed by filters that say how much they leave."""

from typing import Any

from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest

from newsroom.listing.counting import MOST, capped, said, some
from newsroom.listing.filters import CountedFilter

VIEW_VAR = "view"
MOST_CHOICES = 40


class DeskList(ChangeList):
    """The rows of a list that answer to what its address asks for.

    ``counts`` says by filter and choice how many rows would answer, ``count_said`` how many do. Raises
    IncorrectLookupParameters for an address that is not understood.
    """

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        if any("\x00" in value for values in request.GET.lists() for value in (values[0], *values[1])):
            raise IncorrectLookupParameters
        self.counts: dict[str, dict[str, str]] = {}
        super().__init__(request, *args, **kwargs)

    def get_filters_params(self, params: Any = None) -> Any:
        """Leave out the view that is open: it narrows nothing itself."""
        found = super().get_filters_params(params)
        found.pop(VIEW_VAR, None)
        return found

    def get_filters(self, request: HttpRequest) -> Any:
        """Take a filter that the list does not have for one that is not understood."""
        try:
            return super().get_filters(request)
        except DisallowedModelAdminLookup as error:
            raise IncorrectLookupParameters(error) from error

    def get_results(self, request: HttpRequest) -> None:
        """Count what answers, and what each choice of a filter would leave."""
        super().get_results(request)
        self.is_capped = getattr(self.paginator, "is_capped", False)
        self.count_said = said(MOST + 1 if self.is_capped else self.result_count)
        specs = [spec for spec in self.filter_specs if isinstance(spec, CountedFilter)]
        asked: dict[tuple[CountedFilter, str], Any] = {}
        bounded: dict[CountedFilter, int] = {}
        for spec in specs:
            rows = self.get_queryset(request, exclude_parameters=spec.expected_parameters())
            if spec.is_bounded:
                # Asked for first: joined with them, the database would read all rows there are.
                newest = [row["pk"] for row in some(rows)]
                bounded[spec] = len(newest)
                rows = self.root_queryset.filter(pk__in=newest)
            for value, _ in spec.lookup_choices[:MOST_CHOICES]:
                asked[spec, str(value)] = spec.narrowed(rows, str(value))
        numbers = dict(zip(asked, capped(asked.values()), strict=True))
        self.counts = {str(spec.parameter_name): {} for spec in specs}
        for (spec, value), number in numbers.items():
            # What was counted among the newest alone is at least so many.
            is_part = number <= MOST and bounded.get(spec, 0) > MOST
            self.counts[str(spec.parameter_name)][value] = f"{said(number)}{'+' if is_part else ''}"
