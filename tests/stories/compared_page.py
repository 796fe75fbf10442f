"""A story with points on which six outlets are compared, with sources and forecasts, as large as a page may be."""

from datetime import date
from uuid import uuid4

from stories import drafts
from stories.documents import Cell, CitedArticle, Claim, Explainer, Forecast, NamedOutlet
from stories.publishing import publish
from tests.factories import make_outlet, make_story, make_update

OUTLETS = ("Ansgar Wire", "The Lisle Courier", "Radio Tessen", "Morrow Daily", "Harbour & Coast", "The Corvane Times")


def make_outlets():
    return [make_outlet(name=name) for name in OUTLETS]


def make_claim(outlets, number, uid=None):
    """Make a point on which the last outlet differs from the others, each with a source."""
    cells = [
        Cell(
            uid=uuid4(),
            outlet=NamedOutlet(uid=outlet.uid, name=outlet.name),
            value=f"some {number + 4},{place // 5}00",
            source=place + 1,
            attributed_to="civil defence",
            quotation=f"That is what the office counted in ward {number}.",
        )
        for place, outlet in enumerate(outlets)
    ]
    words = f"Homes emptied in ward {number}"
    return Claim(uid=uid or uuid4(), claim=words, kind="fact", as_of=date(2026, 11, 11), cells=tuple(cells))


def publish_with(claims, outlets, *, text="", by, sources=12, forecasts=()):
    """Publish a story, and then an edition with these claims and a text that marks one of them."""
    story = make_story(slug="pier", outlets=tuple(outlets))
    publish(story, by=by)
    document = drafts.build_document(story)
    assert isinstance(document, Explainer)
    named = [NamedOutlet(uid=outlet.uid, name=outlet.name) for outlet in outlets]
    citations = tuple(
        CitedArticle(
            number=number,
            article=uuid4(),
            outlet=named[number % len(named)],
            url=f"https://wire.example/{number}/how-the-night-went/",
            title=f"How night {number} went on the quay",
            published_on=date(2026, 11, number),
            author="Signe Holt",
        )
        for number in range(1, sources + 1)
    )
    sections = tuple(
        each.model_copy(update={"text": f"{each.text} {text}"}) if each.kind == "behind" else each
        for each in document.sections
    )
    changed = document.changed(claims=claims, citations=citations, sections=sections, forecasts=forecasts)
    drafts.restore(story, changed, by=by)
    publish(story, by=by, change=make_update())
    return story


def make_parts(outlets):
    """Return eight points, a text that marks each of them, and five forecasts."""
    uids = [uuid4() for _ in range(8)]
    claims = tuple(make_claim(outlets, number, uid) for number, uid in enumerate(uids))
    marks = " ".join(f"[Ward {number}](claim:{uid}) was emptied." for number, uid in enumerate(uids))
    forecasts = tuple(
        Forecast(uid=uuid4(), speaker="The mayor", expected=f"Quay {number} opens.", due_on=date(2040, 1, number))
        for number in range(1, 6)
    )
    return claims, marks, forecasts
