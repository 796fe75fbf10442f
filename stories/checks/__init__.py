"""Checks on a whole document before it is published."""

from stories.checks import (
    answers,
    changes,
    claims,
    completeness,
    evidence,
    figures,
    forecasts,
    images,
    links,
    names,
    outlets,
    questions,
    sentences,
    unfinished_text,
)
from stories.checks.context import CheckContext
from stories.checks.findings import Finding, Findings, Fix, Level, NewSection
from stories.checks.house_style import check
from stories.checks.house_style.check import find_deviations
from stories.checks.load_context import CheckRequest, load_context, load_contexts, load_house_rules
from stories.checks.registry import RegisteredCheck, list_checks, list_settling_permissions, run_checks

# Importing these modules registers their checks. This list shows that the imports are intended.
FAMILIES = (
    completeness,
    questions,
    answers,
    outlets,
    evidence,
    figures,
    claims,
    forecasts,
    sentences,
    unfinished_text,
    check,
    names,
    images,
    links,
    changes,
)

__all__ = [
    "FAMILIES",
    "CheckContext",
    "CheckRequest",
    "Finding",
    "Findings",
    "Fix",
    "Level",
    "NewSection",
    "RegisteredCheck",
    "find_deviations",
    "list_checks",
    "list_settling_permissions",
    "load_context",
    "load_contexts",
    "load_house_rules",
    "run_checks",
]
