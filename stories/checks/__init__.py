"""Looks at a whole document before it goes out."""

from stories.checks import completeness, names, pictures, wording
from stories.checks.finding import Finding, Findings, Level
from stories.checks.registry import findings

# Importing a family registers its checks; naming it here says that it is meant to.
FAMILIES = (completeness, names, pictures, wording)

__all__ = ["FAMILIES", "Finding", "Findings", "Level", "findings"]
