"""Measure what claims and forecasts add to the cost of a publication: stories in pairs, with and without them."""

from datetime import date
from statistics import median, quantiles
from uuid import uuid4

from benchmarks.inside import edits
from benchmarks.inside.counters import Counter
from newsroom.accounts.models import User
from stories import drafts, publishing
from stories.demo.corpus.documents import build_outlets, build_story
from stories.documents import Cell, CitedArticle, Claim, Explainer, Forecast, NamedOutlet
from stories.drafts import revisions
from stories.models import Work

CLAIMS, SOURCES, FORECASTS = 8, 12, 5
_WARM_UP_PAIRS = 3
_FIRST_NUMBER = 1_000_000  # stories with numbers from this one are in no corpus


def measure_claims(count: str) -> dict[str, list[dict[str, object]]]:
    """Publish ``count`` pairs of stories that differ only in claims and forecasts, and then a change to each of them.

    Return the fields of ``results.Claims`` for the first editions and for the updates.
    """
    by = edits.get_publisher()
    first: list[tuple[float, float]] = []
    updates: list[tuple[float, float]] = []
    for number in range(_WARM_UP_PAIRS + int(count)):
        pair = _create_pair(_FIRST_NUMBER + number, by=by)
        # Each story of a pair is published first in half of the pairs.
        order = (0, 1) if number % 2 else (1, 0)
        first.append(_measure_pair(pair, order, by=by, is_update=False))
        for work in pair:
            edits.save(work, f"measured {number}", by=by)
        updates.append(_measure_pair(pair, order, by=by, is_update=True))
    publications = (("a first edition", first), ("an update", updates))
    return {"publications": [_summarize(name, pairs[_WARM_UP_PAIRS:]) for name, pairs in publications]}


def _measure_pair(pair: list[Work], order: tuple[int, int], *, by: User, is_update: bool) -> tuple[float, float]:
    """Return the CPU milliseconds of the publication with claims and forecasts, and without them."""
    cpu = [0.0, 0.0]
    for place in order:
        counter = Counter(None)
        with counter.count():
            if is_update:
                edits.publish(pair[place], by=by)
            else:
                publishing.publish(pair[place], by=by)
        cpu[place] = 1_000 * counter.cpu
    return cpu[0], cpu[1]


def _summarize(publication: str, pairs: list[tuple[float, float]]) -> dict[str, object]:
    low, middle, high = quantiles([with_claims - without for with_claims, without in pairs], n=4)
    return {
        "publication": publication,
        "pairs": len(pairs),
        "with_claims": median(with_claims for with_claims, _ in pairs),
        "without": median(without for _, without in pairs),
        "difference": middle,
        "lower_quartile": low,
        "upper_quartile": high,
    }


def _create_pair(number: int, *, by: User) -> list[Work]:
    """Create two drafts with the same texts and sources, of which the first has claims and forecasts as well."""
    plain = _with_sources(build_story(number).changed(questions=()), number)
    documents = [_with_claims(plain), plain]
    works = drafts.create_works([_with_own_keys(each) for each in documents], owner=by, by=by).works
    revisions.record_revisions(works, by=by)
    return works


def _with_own_keys(document: Explainer) -> Explainer:
    """Return the document of another story: the same words in rows of its own."""
    rows = {
        name: tuple(each.model_copy(update={"uid": uuid4()}) for each in getattr(document, name))
        for name in ("sections", "passages", "topics")
    }
    uid = uuid4()
    return document.changed(uid=uid, slug=f"measured-{uid.hex}", headline=f"{document.headline} {uid.hex[:8]}", **rows)


def _with_sources(document: Explainer, number: int) -> Explainer:
    """Return the document with ``SOURCES`` sources."""
    outlets = build_outlets()
    further = (
        CitedArticle(
            number=place,
            article=uuid4(),
            outlet=NamedOutlet(uid=outlets[place].uid, name=outlets[place].name),
            url=f"https://{outlets[place].slug}.example/measured/{number}/{place}",
            title=f"What else was written about it, part {place}",
            published_on=date(2026, 11, place),
        )
        for place in range(len(document.citations) + 1, SOURCES + 1)
    )
    return document.changed(citations=(*document.citations, *further))


def _with_claims(document: Explainer) -> Explainer:
    """Return the document with claims, each compared in every outlet of the passages and marked, and forecasts."""
    claims = [_build_claim(document, number) for number in range(CLAIMS)]
    forecasts = [_build_forecast(document, number) for number in range(FORECASTS)]
    marks = " ".join(
        f"They emptied [some {4 + number},200 homes](claim:{each.uid}) that night."
        for number, each in enumerate(claims)
    )
    sections = [
        each.model_copy(update={"text": f"{each.text}\n\n{marks}"}) if each.kind == "behind" else each
        for each in document.sections
    ]
    return document.changed(claims=claims, forecasts=forecasts, sections=sections)


def _build_claim(document: Explainer, number: int) -> Claim:
    cells = [
        Cell(
            uid=uuid4(),
            outlet=passage.outlets[0],
            value=f"some {4 + number},{2 + place // 4}00",
            low=f"{4 + number}{2 + place // 4}00",
            high=f"{4 + number}{2 + place // 4}00",
            approximate=True,
            source=passage.sources[0],
            quotation=f"That is what the office counted in ward {number}.",
            attributed_to="the office",
        )
        for place, passage in enumerate(document.passages)
    ]
    return Claim(
        uid=uuid4(),
        claim=f"Homes emptied in ward {number}",
        kind="figure",
        as_of=date(2026, 11, 11),
        cells=tuple(cells),
    )


def _build_forecast(document: Explainer, number: int) -> Forecast:
    cited = document.citations[number]
    return Forecast(
        uid=uuid4(),
        speaker="The finance ministry",
        speaker_kind="official",
        outlet=cited.outlet,
        said_on=cited.published_on,
        source=cited.number,
        quotation="It will open to traffic by then, whatever the weather.",
        expected=f"Section {number} opens to traffic.",
        due_on=date(2040, 1, 1 + number),
        chance=70,
    )
