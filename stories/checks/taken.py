"""Finds what others are called already: headlines that are taken, questions that ask nearly the same."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q

from newsroom.text.folding import fold
from stories.checks.likeness import stems, telling_parts
from stories.documents import Explainer, QuestionPage
from stories.models import FAQ, LONGEST_FOLDED_TITLE, Edition, Story, Work

if TYPE_CHECKING:
    from stories.checks.surroundings import Looked


def headlines_taken(looked: Sequence["Looked"], together: Mapping[int, Work]) -> dict[int, frozenset[str]]:
    """Return by the key of its work, of each story, its folded headline where another story has it.

    That is one live when it is to be seen, or one of the works ``together``, which go out at the same time.
    """
    own = {each.work.pk: fold(each.document.headline) for each in looked if isinstance(each.document, Explainer)}
    if not own:
        return {}
    said = dict(own)
    if rest := [key for key, work in together.items() if key not in said and work.kind == "story"]:
        headlines = Story.objects.filter(pk__in=rest).values_list("pk", "headline")
        said |= {key: fold(headline) for key, headline in headlines}
    holders: dict[str, set[int]] = {}
    for key, headline in said.items():
        holders.setdefault(headline, set()).add(key)
    taken = {key: {headline} if holders[headline] - {key} else set() for key, headline in own.items()}
    for at in {each.at for each in looked if each.work.pk in own}:
        here = {each.work.pk: own[each.work.pk] for each in looked if each.at == at and each.work.pk in own}
        wanted = {headline[:LONGEST_FOLDED_TITLE] for headline in here.values() if headline}
        live = Edition.objects.live(at).stories().filter(folded_title__in=wanted).exclude(work__in=list(together))
        titles = {fold(title) for title in live.values_list("title", flat=True)} if wanted else set()
        for key, headline in here.items():
            taken[key] |= {headline} & titles
    return {key: frozenset(headlines) for key, headlines in taken.items()}


def questions_near(looked: Sequence["Looked"]) -> dict[int, Mapping[str, frozenset[str]]]:
    """Return by the key of its work, of each question, the stems of others in its language that could be the same.

    Those are questions as worded on the desk, and as readers see them when it is to be seen.
    """
    asking: dict[tuple[datetime, str], dict[int, list[str]]] = {}
    for each in looked:
        if isinstance(each.document, QuestionPage):
            language = each.document.language.split("-")[0]
            parts = telling_parts(stems(each.document.question, language))
            asking.setdefault((each.at, language), {})[each.work.pk] = parts
    found: dict[int, Mapping[str, frozenset[str]]] = {}
    for (at, language), parts_by_key in asking.items():
        wordings = _wordings({part for parts in parts_by_key.values() for part in parts}, language, at=at)
        for key, parts in parts_by_key.items():
            others = {
                wording for work, wording in wordings if work != key and any(part in fold(wording) for part in parts)
            }
            found[key] = {wording: stems(wording, language) for wording in others}
    return found


def _wordings(parts: set[str], language: str, *, at: datetime) -> list[tuple[int, str]]:
    """Return the questions in a language that hold one of the parts, each with the key of its work."""
    if not parts:
        return []
    on_the_desk, live = Q(), Q()
    for part in sorted(parts):
        on_the_desk |= Q(folded_question__contains=part)
        live |= Q(folded_title__contains=part)
    asked = FAQ.objects.on_the_desk().filter(on_the_desk, question_confirmed=True, language__istartswith=language)
    shown = Edition.objects.live(at).questions().filter(live, language__istartswith=language)
    return [*asked.values_list("pk", "question"), *shown.values_list("work", "title")]
