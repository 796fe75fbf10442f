"""The headings of explainers in each language, declared in ``headings.toml``: the usual ones, and others that people type."""

import tomllib
from pathlib import Path

HEADINGS: dict[str, dict[str, list[str]]] = tomllib.loads(
    Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
)
DEEPER = "deeper"
QUESTIONS = "questions"
TOPICS = "topics"
# What stands over a passage that compares the outlets.
COMPARED = "compared"


def usual_heading(code: str, language: str = "en") -> str:
    """Return the heading of a section kind or part in ``language`` (a tag of BCP 47), in English where it has none.

    A section of a kind of its own has no usual heading: the answer is empty.
    """
    headings = HEADINGS.get(language.partition("-")[0].lower(), HEADINGS["en"])
    return headings[code][0] if code in headings else ""
