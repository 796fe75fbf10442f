"""Run one test over many cases, for rules about files or texts that do not need a separate test for each."""

from collections.abc import Callable, Iterable


def for_each[T](cases: Iterable[T]) -> Callable[[Callable[[T], None]], Callable[[], None]]:
    """Return a decorator that turns a function of one argument into a single test; a failure names the case."""

    def decorate(check: Callable[[T], None]) -> Callable[[], None]:
        def test() -> None:
            for case in cases:
                try:
                    check(case)
                except AssertionError as error:
                    error.add_note(f"The case is {case!r}.")
                    raise

        # Not functools.wraps: pytest would then take the argument for a fixture.
        test.__name__, test.__doc__, test.__module__ = check.__name__, check.__doc__, check.__module__
        return test

    return decorate
