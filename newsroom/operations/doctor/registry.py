"""The registry of the doctor's examinations, and of the conditions that are examined every half minute for alerts."""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import Error, connection

from newsroom.db.outages import Outage, classify_error
from newsroom.db.timeouts import limit_statements

STATEMENT_TIMEOUT = 5.0  # seconds that a statement may take while conditions for alerts are examined

logger = logging.getLogger(__name__)


class Severity(StrEnum):
    """The severity of a diagnosis. A fault requires action now; a warning requires action soon."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


class Occasion(StrEnum):
    """When a part of the site is examined: regularly, before an upgrade, or with requests from outside."""

    REGULAR = "regular"
    BEFORE_UPGRADE = "before_upgrade"
    OUTSIDE = "outside"


REGULAR = (Occasion.REGULAR,)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A sentence about the site, and a remedy: a sentence that says what to do.

    ``subject`` distinguishes several diagnoses of one condition, such as those of two disks. With ``begins_with_name``,
    the first word of the sentence is capitalised everywhere.
    """

    severity: Severity
    sentence: str
    remedy: str = ""
    subject: str = ""
    begins_with_name: bool = False

    def __str__(self) -> str:
        return f"{self.sentence} {self.remedy}".rstrip()

    @property
    def text_after_colon(self) -> str:
        """The sentence and the remedy, without a capital at the beginning unless it is that of a name."""
        text, first = str(self), self.sentence.partition(" ")[0]
        # Abbreviations and names of settings, such as SITE_URL, are not in title case.
        return text if self.begins_with_name or not first.istitle() else text[0].lower() + text[1:]


type Examine = Callable[[], Iterable[Diagnosis]]
type Find = Callable[[datetime], Iterable[Diagnosis]]


class UnknownError(Exception):
    """Raised by a condition's function if it cannot tell at this moment whether the condition holds."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of which administrators are told when it holds, and when it has ended.

    ``find`` yields a diagnosis if the condition holds. Administrators are told once it has held for ``hold``.
    """

    code: str
    find: Find
    hold: timedelta = timedelta()
    uses_database: bool = True


@dataclass(frozen=True, slots=True)
class _Examination:
    """An examination by the doctor alone."""

    examine: Examine
    uses_database: bool


@dataclass(slots=True)
class _Part:
    """A part of the site in the doctor's output."""

    healthy: str
    occasions: Collection[Occasion]
    conditions: list[Condition] = field(default_factory=list)
    examinations: list[_Examination] = field(default_factory=list)

    def examine(self, at: datetime, *, has_database: bool) -> list[Diagnosis]:
        """Return the diagnoses. If a condition for alerts holds, the examinations by the doctor alone are skipped."""
        conditions = [each for each in self.conditions if has_database or not each.uses_database]
        examinations = [each for each in self.examinations if has_database or not each.uses_database]
        if not conditions and not examinations:
            return [Diagnosis(Severity.WARNING, "This was not examined, because the database does not answer.")]
        found = [diagnosis for condition in conditions for diagnosis in condition.find(at)]
        return found or [diagnosis for each in examinations for diagnosis in each.examine()]


_parts: dict[str, _Part] = {}


def register(
    name: str,
    examine: Examine,
    *,
    healthy: str,
    uses_database: bool = True,
    occasions: Collection[Occasion] = REGULAR,
) -> None:
    """Register a function that examines a part of the site and yields a diagnosis for each problem.

    ``healthy`` is the sentence to show if it yields none. With ``uses_database``, the function is not called if the
    database does not answer. Nor is it called if a condition of the same part holds.
    """
    part = _parts.setdefault(name, _Part(healthy, occasions))
    part.examinations.append(_Examination(examine, uses_database))


def register_condition(
    code: str,
    find: Find,
    *,
    part: str,
    healthy: str,
    uses_database: bool = True,
    occasions: Collection[Occasion] = REGULAR,
    hold: timedelta = timedelta(),
) -> None:
    """Register a condition for alerts. The doctor examines it too, with the part of the site named ``part``.

    ``find`` is called every half minute with the current time. It should make few queries, and must not change
    anything. It raises UnknownError if it cannot tell now whether the condition holds.
    """
    _parts.setdefault(part, _Part(healthy, occasions)).conditions.append(Condition(code, find, hold, uses_database))


def registered_names(occasions: Collection[Occasion] = tuple(Occasion)) -> list[str]:
    """Return the names of the parts that are examined on any of these occasions."""
    return [name for name, each in _parts.items() if {*occasions} & {*each.occasions}]


def registered_conditions() -> list[Condition]:
    """Return the conditions for alerts, in the order of registration."""
    return [condition for part in _parts.values() for condition in part.conditions]


def examine_site(names: Collection[str] = (), *, at: datetime) -> Iterator[tuple[str, Diagnosis]]:
    """Yield each diagnosis with the name of its part of the site, in the order in which the parts were registered.

    Without ``names``, examine the regular parts. A part in which nothing is found gets an OK diagnosis. An examination
    that raises an exception results in a fault.
    """
    has_database = _database_answers()
    wanted = names or registered_names(REGULAR)
    for name, each in _parts.items():
        if name not in wanted:
            continue
        try:
            diagnoses = each.examine(at, has_database=has_database)
        except Exception as error:
            logger.debug("The examination of %s failed.", name, exc_info=True)
            diagnoses = [
                Diagnosis(Severity.FAULT, f"This could not be examined: {type(error).__name__}.", "See the log.")
            ]
        for diagnosis in diagnoses or [Diagnosis(Severity.OK, each.healthy)]:
            yield name, diagnosis


@dataclass(frozen=True, slots=True)
class Findings:
    """The conditions that hold, each with its diagnosis, and the codes of those that could not be examined."""

    found: list[tuple[Condition, Diagnosis]]
    unknown: set[str]


def examine_conditions(at: datetime) -> Findings:
    """Return the conditions that hold and those that cannot be examined, and log unexpected errors.

    If the database is unreachable or the connection is lost, the error propagates. Statements are limited to
    ``STATEMENT_TIMEOUT`` (see ``limit_statements``).
    """
    found: list[tuple[Condition, Diagnosis]] = []
    unknown = set()
    for condition in registered_conditions():
        try:
            with limit_statements(STATEMENT_TIMEOUT) if condition.uses_database else nullcontext():
                found += [(condition, diagnosis) for diagnosis in condition.find(at)]
        except UnknownError:
            unknown.add(condition.code)
        except Exception as error:
            if classify_error(error) in (Outage.LOST, Outage.UNREACHABLE):
                raise
            logger.warning("The condition “%s” could not be examined.", condition.code, exc_info=True)
            unknown.add(condition.code)
    return Findings(found, unknown)


def fault(sentence: str, remedy: str = "", *, subject: str = "", begins_with_name: bool = False) -> Diagnosis:
    return Diagnosis(Severity.FAULT, sentence, remedy, subject, begins_with_name)


def warning(sentence: str, remedy: str = "", *, subject: str = "", begins_with_name: bool = False) -> Diagnosis:
    return Diagnosis(Severity.WARNING, sentence, remedy, subject, begins_with_name)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True
