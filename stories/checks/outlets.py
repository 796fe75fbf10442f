"""Checks that a story compares enough outlets, cites their articles, and has no empty or copied passages."""

import re
from uuid import UUID

from django.contrib.humanize.templatetags.humanize import apnumber

from newsroom.text.join import join_words
from newsroom.text.markdown.grammar import citation_numbers
from stories.checks.context import CheckContext
from stories.checks.findings import Level
from stories.checks.registry import RawFindings, check
from stories.checks.similarity import find_copies
from stories.documents import Explainer

MISSING_ARTICLE_PHRASES = {
    "en": r"no (?:article|link|web page)|not (?:online|on its site|on the web)|no longer (?:online|available|on its site)"
    r"|in print|printed?(?: edition| only)|on (?:the )?(?:air|radio|television)|broadcast|bulletin|newsletter|taken down",
    "de": r"kein(?:en)? (?:artikel|link)|nicht (?:mehr )?online|gedruckte|im (?:radio|fernsehen)|sendung",
    "es": r"no (?:hay|tiene) (?:artículo|enlace)|no está en línea|edición impresa|en la (?:radio|televisión)|emisión",
    "fr": r"pas (?:d[’']article|de lien|en ligne)|plus en ligne|édition (?:imprimée|papier)|à la (?:radio|télévision)",
    "ar": r"لا (?:مقال|رابط)|غير متاح|النسخة المطبوعة|الإذاعة|التلفزيون|نشرة",
}


def join_lines(text: str) -> str:
    """Return the text in one line, with single spaces."""
    return " ".join(text.split())


@check("outlets.enough", level=Level.BLOCKER, kind="story")
def enough_outlets(document: Explainer, context: CheckContext) -> RawFindings:
    """A story compares at least two outlets, or as many as this site requires, each in a passage of its own."""
    count = count_outlets(document)
    if count < context.minimum_outlets:
        yield f"{_describe_count(count)} A story needs at least {apnumber(context.minimum_outlets)}.", "passages"


def _describe_count(count: int) -> str:
    if count == 0:
        return "No outlet has its own passage yet."
    if count == 1:
        return "Only one outlet has a passage of its own."
    return f"Only {apnumber(count)} outlets have a passage of their own."


def count_outlets(document: Explainer) -> int:
    """Return the maximum number of outlets that can be assigned to different passages that name them.

    Copied and empty passages do not count. The result is the size of a maximum bipartite matching of outlets and
    passages.
    """
    copied = {copy for copy, _ in find_copies((passage.uid, passage.text) for passage in document.passages)}
    passages: dict[str, list[UUID]] = {}
    for passage in document.passages:
        if passage.text.strip() and passage.uid not in copied:
            for outlet in passage.outlets:
                passages.setdefault(str(outlet.uid or outlet.name), []).append(passage.uid)
    assigned: dict[UUID, str] = {}

    def assign(outlet: str, tried: set[UUID]) -> bool:
        for passage in passages[outlet]:
            if passage not in tried:
                tried.add(passage)
                if passage not in assigned or assign(assigned[passage], tried):
                    assigned[passage] = outlet
                    return True
        return False

    return sum(assign(outlet, set()) for outlet in passages)


@check("passages.text", level=Level.BLOCKER, kind="story")
def passages_have_text(document: Explainer, context: CheckContext) -> RawFindings:
    """No passage is empty."""
    for passage in document.passages:
        if not passage.text.strip():
            yield "A passage is empty.", f"passages.{passage.uid}.text"


@check("passages.copy", level=Level.BLOCKER, kind="story")
def passages_differ(document: Explainer, context: CheckContext) -> RawFindings:
    """No passage repeats another."""
    positions = {passage.uid: number for number, passage in enumerate(document.passages, start=1)}
    for copy, original in find_copies((passage.uid, passage.text) for passage in document.passages):
        yield f"Passage {positions[copy]} repeats passage {positions[original]}.", f"passages.{copy}.text"


@check("passages.duplicated", level=Level.BLOCKER, kind="story")
def passages_are_new(document: Explainer, context: CheckContext) -> RawFindings:
    """No passage is the same as in the story from which this one was duplicated."""
    for passage in document.passages:
        if join_lines(passage.text) in context.copied_passages:
            yield "This passage is the same as in the original. Rewrite or remove it.", f"passages.{passage.uid}.text"


@check("passages.article", level=Level.WARNING, kind="story")
def passages_name_articles(document: Explainer, context: CheckContext) -> RawFindings:
    """Passages link to their article, or explain why not."""
    cited_by = {cited.number: cited.outlet for cited in document.citations}
    for passage in document.passages:
        numbers = {*passage.sources, *citation_numbers(passage.text)}
        linked = {cited_by[number] for number in numbers if number in cited_by}
        without_article = [outlet.name for outlet in passage.outlets if outlet not in linked]
        if without_article and not explains_missing_article(passage.text, document.language):
            names = join_words(without_article)
            message = (
                f"Link the articles from {names}, or explain in the passage why any are missing."
                if len(without_article) > 1
                else f"Link the article from {names}, or explain in the passage why there isn’t one."
            )
            yield message, f"passages.{passage.uid}.sources"


def explains_missing_article(text: str, language: str) -> bool:
    """Return whether a passage explains why there is no article to link, for example because it was taken down.

    Return False for a language without ``MISSING_ARTICLE_PHRASES``.
    """
    reasons = MISSING_ARTICLE_PHRASES.get(language.split("-")[0].lower())
    return reasons is not None and re.search(rf"\b(?:{reasons})", text, re.IGNORECASE) is not None
