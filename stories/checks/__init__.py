"""Checks of a whole document before it is published."""

from stories.checks import (
    changes,
    completeness,
    evidence,
    images,
    links,
    names,
    outlets,
    questions,
    sentences,
    unfinished_text,
)
from stories.checks.context import Context
from stories.checks.findings import Finding, Findings, Fix, Level
from stories.checks.house_style import check
from stories.checks.house_style.check import matches_in
from stories.checks.load_context import Looked, context_for, contexts_for, house_rules
from stories.checks.registry import Registered, findings, registered

# Importing a family registers its checks; this list shows that the imports are intended.
FAMILIES = (
    completeness,
    questions,
    outlets,
    evidence,
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
    "Context",
    "Finding",
    "Findings",
    "Fix",
    "Level",
    "Looked",
    "Registered",
    "context_for",
    "contexts_for",
    "findings",
    "house_rules",
    "matches_in",
    "registered",
]
