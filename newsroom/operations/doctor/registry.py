"""The registry of what is examined, and the examination."""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.db import Error, connection

logger = logging.getLogger(__name__)


class Severity(StrEnum):
    """How bad something is. A fault needs work now, a warning soon."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A sentence about the site, and one that says what to do."""

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


type Examine = Callable[[], Iterable[Diagnosis]]

_examinations: dict[str, _Examination] = {}


def register(name: str, examine: Examine, *, healthy: str, uses_database: bool = True) -> None:
    """Register a function that examines a part of the site and yields what is wrong; if nothing is, ``healthy`` holds.

    One that uses the database is left out if the database does not answer.
    """
    _examinations[name] = _Examination(examine, healthy, uses_database)


def registered_names() -> list[str]:
    return list(_examinations)


def examine_site(names: Collection[str] = ()) -> Iterator[tuple[str, Diagnosis]]:
    """Yield the name of each part of the site with each diagnosis, in the order of registration.

    ``names`` restricts the parts. An examination that fails is a fault itself.
    """
    has_database = _database_answers()
    for name, each in _examinations.items():
        if names and name not in names:
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
