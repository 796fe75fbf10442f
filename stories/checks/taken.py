"""Finds what others are called already: headlines that are taken, questions that ask nearly the same."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from newsroom.db.statements import Prepared
from newsroom.http.languages import primary
from newsroom.search.index.tokens import IN, KIND, TITLE, tag
from newsroom.search.lookup import newest_of_each
from newsroom.search.query.conditions import Question
from newsroom.text.fold import fold
from stories.checks.likeness import Wordings, held_together, stems
from stories.documents import Explainer, QuestionPage
from stories.drafts.search import holding
from stories.models import FAQ, LONGEST_FOLDED_TITLE, Edition, Story, Work, WorkKind

# How many that hold the same words are compared, at most.
MOST_LOOKED_AT = 500

if TYPE_CHECKING:
    from stories.checks.surroundings import Looked


_LIVE = Prepared(
    lambda at, titles: (
        Edition.objects.live(at).stories().filter(folded_title__in=titles).order_by().values_list("title", "work")
    )
)


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
        live = _LIVE(at=at, titles=wanted) if wanted else []
        titles = {fold(title) for title, work in live if work not in together}
        for key, headline in here.items():
            taken[key] |= {headline} & titles
    return {key: frozenset(headlines) for key, headlines in taken.items()}


def questions_near(looked: Sequence["Looked"]) -> dict[int, Mapping[str, frozenset[str]]]:
    """Return by the key of its work, of each question, the stems of others in its language that ask nearly the same.

    Those are questions as worded on the desk, and as readers see them when it is to be seen. Both are looked for by the
    indexes of words, the newest first, at most MOST_LOOKED_AT for each group of stems that one of them has to hold.
    """
    asking: dict[tuple[datetime, str], dict[int, frozenset[str]]] = {}
    for each in looked:
        if isinstance(each.document, QuestionPage):
            language = primary(each.document.language)
            own = stems(each.document.question, language)
            asking.setdefault((each.at, language), {})[each.work.pk] = own
    found: dict[int, Mapping[str, frozenset[str]]] = {}
    for (at, language), asked in asking.items():
        others = _wordings([group for own in asked.values() for group in held_together(own)], language, at=at)
        known = {other: stems(other[1], language) for other in others}
        wordings = Wordings(known)
        for key, own in asked.items():
            alike = wordings.alike(own)
            found[key] = {wording: known[work, wording] for work, wording in alike if work != key}
    return found


def _wordings(groups: Sequence[tuple[str, ...]], language: str, *, at: datetime) -> set[tuple[int, str]]:
    """Return the questions in a language that hold one of the groups of stems, each with the key of its work. Three queries."""
    if not groups:
        return set()
    drafts = holding(groups, kind=WorkKind.QUESTION, limit=MOST_LOOKED_AT * len(groups))
    asked = FAQ.objects.on_the_desk().answering(*drafts).filter(question_confirmed=True, language__istartswith=language)
    titled = [Question(tuple(((f"{TITLE}{IN}{stem}",),) for stem in group)) for group in groups]
    of_questions = [each.tagged([tag(KIND, WorkKind.QUESTION)]) for each in titled]
    shown = Edition.objects.filter(pk__in=newest_of_each(of_questions, at=at, limit=MOST_LOOKED_AT))
    live = shown.filter(language__istartswith=language)
    return {*asked.values_list("pk", "question"), *live.values_list("work", "title")}
