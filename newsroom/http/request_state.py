"""Values attached to a request, for code that can share them only through the request, such as ModelAdmin hooks."""

from collections.abc import Callable
from typing import Any, cast
from weakref import ref

from django.http import HttpRequest

_ATTRIBUTE = "_states"


class RequestState[T]:
    """A typed value attached to each request. A copy of a request does not share the value of the original."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make

    def get(self, request: HttpRequest) -> T:
        """Return the value of the request. It is created on first access."""
        values = _get_values(request)
        if self not in values:
            values[self] = self._make()
        return cast("T", values[self])

    def set(self, request: HttpRequest, value: T) -> None:
        """Set the value of the request."""
        _get_values(request)[self] = value


def _get_values(request: HttpRequest) -> dict[RequestState[Any], object]:
    # The values are stored on the request. A value may refer to its request, so a mapping keyed by request would keep
    # both alive forever. A copy of a request copies the attribute, so the owner is stored with the values.
    owner, values = getattr(request, _ATTRIBUTE, (None, {}))
    if owner is None or owner() is not request:
        values = {}
        setattr(request, _ATTRIBUTE, (ref(request), values))
    return cast("dict[RequestState[Any], object]", values)
