"""Finds a story of this site that tells nearly the same as one that comes in."""

import re

from newsroom.text.fold import fold
from newsroom.text.plain import words_of
from stories.documents import Explainer
from stories.models import Section, Story

_WORD = re.compile(r"\w{4,}")
_NEAR = 0.5
_SEARCHED = 500


def story_like(story: Explainer) -> Story | None:
    """Return the nearest of the newest stories whose first text shares at least half its words with this one."""
    first = next((section for section in story.sections if section.text), None)
    if first is None:
        return None
    wanted = _words(first.text)
    rows = Section.objects.filter(kind=first.kind, story__binned_at=None).select_related("story").order_by("-story_id")
    best: tuple[float, Story] | None = None
    for row in rows[:_SEARCHED]:
        words = _words(row.text)
        shared = len(wanted & words) / (len(wanted | words) or 1)
        if shared >= _NEAR and (best is None or shared > best[0]):
            best = shared, row.story
    return best[1] if best else None


def _words(markdown: str) -> frozenset[str]:
    return frozenset(_WORD.findall(fold(words_of(markdown))))
