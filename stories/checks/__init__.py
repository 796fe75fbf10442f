"""Looks at a whole document before it goes out."""

from stories.checks import (
    changing,
    completeness,
    evidence,
    links,
    names,
    papers,
    pictures,
    questions,
    sentences,
    wording,
)
from stories.checks.context import Context
from stories.checks.finding import Finding, Findings, Level
from stories.checks.registry import Registered, findings, registered
from stories.checks.surroundings import context_for, house_rules

# Importing a family registers its checks; naming it here says that it is meant to.
FAMILIES = (completeness, questions, papers, evidence, sentences, wording, names, pictures, links, changing)

__all__ = [
    "FAMILIES",
    "Context",
    "Finding",
    "Findings",
    "Level",
    "Registered",
    "context_for",
    "findings",
    "house_rules",
    "registered",
]
