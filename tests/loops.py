"""One test for many cases: a rule about files or texts is one promise, and a test for each of them costs more than it says."""

from collections.abc import Callable, Iterable


def for_each[T](cases: Iterable[T]) -> Callable[[Callable[[T], None]], Callable[[], None]]:
    """Return a decorator that makes one test of a function of one argument; a failure names the case."""

    def decorate(check: Callable[[T], None]) -> Callable[[], None]:
        def test() -> None:
            for case in cases:
                try:
                    check(case)
                except AssertionError as error:
                    error.add_note(f"The case is {case!r}.")
                    raise

        # Without functools.wraps, which would show pytest the argument as a fixture.
        test.__name__, test.__doc__, test.__module__ = check.__name__, check.__doc__, check.__module__
        return test

    return decorate
