"""Cache the results of functions whose words depend on the active language."""

from collections.abc import Callable
from functools import lru_cache, wraps

from django.utils.translation import get_language


def cache_by_language[**Arguments, Result](
    max_results: int,
) -> Callable[[Callable[Arguments, Result]], Callable[Arguments, Result]]:
    """Return a decorator that caches the ``max_results`` most recently used results of a function.

    Besides its arguments, which must be hashable, the function may depend on the active language and on nothing else
    that changes. Callers share the results and must not change them.
    """

    def decorate(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
        @lru_cache(max_results)
        def call(language: str | None, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
            return function(*args, **kwargs)

        @wraps(function)
        def wrapper(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
            return call(get_language(), *args, **kwargs)  # type: ignore[arg-type]  # arguments are hashable

        return wrapper

    return decorate
