"""Values that belong to one request, for code that hands them on by the request alone, such as hooks of ModelAdmin."""

from collections.abc import Callable
from typing import Any, cast
from weakref import ref

from django.http import HttpRequest

_NAME = "_states"


class RequestState[T]:
    """A typed value of each request; a copy of a request begins anew."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make

    def get(self, request: HttpRequest) -> T:
        """Return the value of the request; make it when it is first asked for."""
        values = _values_of(request)
        if self not in values:
            values[self] = self._make()
        return cast("T", values[self])

    def set(self, request: HttpRequest, value: T) -> None:
        """Replace the value of the request."""
        _values_of(request)[self] = value


def _values_of(request: HttpRequest) -> dict[RequestState[Any], object]:
    # The request holds its values, because a value may refer to its request: a mapping by request would keep both for
    # ever. A copy of a request has the attribute of the original, so the owner is stored with the values.
    owner, values = getattr(request, _NAME, (None, {}))
    if owner is None or owner() is not request:
        values = {}
        setattr(request, _NAME, (ref(request), values))
    return cast("dict[RequestState[Any], object]", values)
