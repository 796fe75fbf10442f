"""Looks at a whole document before it goes out."""

from stories.checks import (
    changing,
    completeness,
    evidence,
    house,
    links,
    names,
    papers,
    pictures,
    questions,
    sentences,
    wording,
)
from stories.checks.context import Context
from stories.checks.finding import Finding, Findings, Fix, Level
from stories.checks.house import matches_in
from stories.checks.registry import Registered, findings, registered
from stories.checks.surroundings import Looked, context_for, contexts_for, house_rules

# Importing a family registers its checks; naming it here says that it is meant to.
FAMILIES = (completeness, questions, papers, evidence, sentences, wording, house, names, pictures, links, changing)

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
