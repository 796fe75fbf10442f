"""The registry of examinations, and the function that runs them."""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.db import Error, connection

logger = logging.getLogger(__name__)


class Severity(StrEnum):
    """The severity of a diagnosis. A fault requires action now, a warning soon."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


class Occasion(StrEnum):
    """When a part of the site is examined: each time, ahead of an upgrade, or when the network may be used."""

    REGULAR = "regular"
    BEFORE_UPGRADE = "before_upgrade"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A sentence about the site, and a remedy: a sentence that says what to do."""

    severity: Severity
    sentence: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.sentence} {self.remedy}".rstrip()


@dataclass(frozen=True, slots=True)
class _Examination:
    examine: "Examine"
    healthy: str
    uses_database: bool
    occasions: Collection[Occasion]


type Examine = Callable[[], Iterable[Diagnosis]]

_examinations: dict[str, _Examination] = {}


def register(
    name: str,
    examine: Examine,
    *,
    healthy: str,
    uses_database: bool = True,
    occasions: Collection[Occasion] = (Occasion.REGULAR,),
) -> None:
    """Register a function that examines a part of the site and yields a diagnosis for each problem.

    ``healthy`` is the sentence to show if it yields none. With ``uses_database``, the function is not called if the
    database does not answer.
    """
    _examinations[name] = _Examination(examine, healthy, uses_database, occasions)


def registered_names(occasions: Collection[Occasion] = tuple(Occasion)) -> list[str]:
    """Return the names of the parts that are examined on any of these occasions."""
    return [name for name, each in _examinations.items() if {*occasions} & {*each.occasions}]


def examine_site(names: Collection[str] = ()) -> Iterator[tuple[str, Diagnosis]]:
    """Yield the name of each part of the site with each diagnosis, in the order of registration.

    Without ``names``, examine the regular parts. An examination that raises an exception results in a fault.
    """
    has_database = _database_answers()
    wanted = names or registered_names([Occasion.REGULAR])
    for name, each in _examinations.items():
        if name not in wanted:
            continue
        if each.uses_database and not has_database:
            yield name, Diagnosis(Severity.WARNING, "This was not examined, because the database does not answer.")
            continue
        try:
            diagnoses = list(each.examine())
        except Exception as error:
            logger.debug("The examination of %s failed.", name, exc_info=True)
            diagnoses = [
                Diagnosis(Severity.FAULT, f"This could not be examined: {type(error).__name__}.", "See the log.")
            ]
        for diagnosis in diagnoses or [Diagnosis(Severity.OK, each.healthy)]:
            yield name, diagnosis


def fault(sentence: str, remedy: str = "") -> Diagnosis:
    return Diagnosis(Severity.FAULT, sentence, remedy)


def warning(sentence: str, remedy: str = "") -> Diagnosis:
    return Diagnosis(Severity.WARNING, sentence, remedy)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True
