"""The parts of a page: sections with the sources they cite, and passages with their outlets."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import get_language, gettext, ngettext

from stories.documents import SECTION_KINDS, NamedOutlet
from stories.documents.render import ExplainerFragments, PassageFragment, QuestionFragments, SourceFragment
from stories.documents.schema import HAPPENED, PAPERS
from stories.public.pages.works.outlets import Outlets, OutletShown, outlets_shown

type Fill = Callable[[str], str]

PAPERS_ANCHOR = "id-papers"  # no anchor made from a heading begins like this
_SMALL_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
# Texts that the page prints without their citations, so that no backlink can lead to them.
_IN_WORDS_ONLY = ("cite-topic-", "cite-question-")


@dataclass(frozen=True, slots=True)
class SourceShown:
    """An article in the list of sources: ``number`` is the one readers see, ``back`` the anchors of its citations."""

    number: int
    title: str
    url: str
    outlet: OutletShown
    published_on: date | None
    author: str
    paywalled: bool
    back: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PassageShown:
    """A passage of *What the papers say*; without outlets it is a comparison of our own."""

    outlets: tuple[OutletShown, ...]
    body_html: str
    articles: tuple[SourceShown, ...]

    @property
    def is_shared(self) -> bool:
        """Return whether several outlets share the passage."""
        return len(self.outlets) > 1


@dataclass(frozen=True, slots=True)
class Coverage:
    """*What the papers say*: the passages in order, with counts and dates over all of them."""

    voices: tuple[PassageShown, ...]
    outlets: int
    countries: int
    articles: int
    earliest: date | None
    latest: date | None

    @property
    def in_numbers(self) -> str:
        """The number of outlets, countries and articles in words, such as “Six outlets in three countries”."""
        outlets = ngettext("{number} outlet", "{number} outlets", self.outlets).format(number=_in_words(self.outlets))
        said = outlets[:1].upper() + outlets[1:]
        if self.countries > 1:
            said = gettext("{outlets} in {number} countries").format(outlets=said, number=_in_words(self.countries))
        if self.articles:
            articles = ngettext("{number} article", "{number} articles", self.articles)
            said = gettext("{outlets}, {articles}").format(
                outlets=said, articles=articles.format(number=_in_words(self.articles))
            )
        return said


@dataclass(frozen=True, slots=True)
class SectionShown:
    """A section of the page; in *What the papers say*, ``coverage`` takes the place of the text."""

    kind: str
    anchor: str
    heading: str
    body_html: str
    cited: tuple[SourceShown, ...]
    coverage: Coverage | None = None

    @property
    def fills_margin(self) -> bool:
        """Return whether the section puts its own dates or states into the margin, where sources would otherwise be."""
        return bool(SECTION_KINDS[self.kind].convention in ("timeline", "unknowns"))


def _in_words(number: int) -> str:
    """Return a small number as a word if the active language is English, otherwise in figures."""
    if (get_language() or "en").startswith("en") and number < len(_SMALL_NUMBERS):
        return _SMALL_NUMBERS[number]
    return str(number)


def sources_of(fragments: tuple[SourceFragment, ...], outlets: Outlets) -> dict[int, SourceShown]:
    """Return the sources by the number that readers see, in that order."""
    return {
        source.display: SourceShown(
            number=source.display,
            title=source.title,
            url=source.url,
            outlet=outlets_shown((source.outlet,), outlets)[0],
            published_on=source.published_on,
            author=source.author,
            paywalled=source.paywalled,
            back=tuple(place for place in source.back if not place.startswith(_IN_WORDS_ONLY)),
        )
        for source in fragments
    }


def sections_shown(
    fragments: ExplainerFragments, *, sources: Mapping[int, SourceShown], outlets: Outlets, fill: Fill
) -> list[SectionShown]:
    """Return the sections in order, without *What's happened* if that is the summary.

    Passages without a section of their own come at the end: nothing that was published is lost.
    """
    parts = []
    coverage = coverage_of(fragments.passages, sources=sources, outlets=outlets, fill=fill)
    for section in fragments.sections:
        if section.kind == PAPERS.code:
            if coverage.voices:
                parts.append(SectionShown(section.kind, section.anchor, section.heading, "", (), coverage))
        elif not (section.kind == HAPPENED.code and fragments.happened_is_summary) and section.body_html:
            cited = tuple(sources[number] for number in section.sources if number in sources)
            parts.append(SectionShown(section.kind, section.anchor, section.heading, fill(section.body_html), cited))
    if coverage.voices and not any(part.coverage for part in parts):
        parts.append(SectionShown(PAPERS.code, PAPERS_ANCHOR, PAPERS.heading, "", (), coverage))
    return parts


def passages_shown(
    passages: tuple[PassageFragment, ...], *, sources: Mapping[int, SourceShown], outlets: Outlets, fill: Fill
) -> tuple[PassageShown, ...]:
    """Return the passages in order, each with the articles it draws on."""
    return tuple(
        PassageShown(
            outlets=outlets_shown(passage.outlets, outlets),
            body_html=fill(passage.body_html),
            articles=tuple(sources[number] for number in passage.sources if number in sources),
        )
        for passage in passages
    )


def coverage_of(
    passages: tuple[PassageFragment, ...], *, sources: Mapping[int, SourceShown], outlets: Outlets, fill: Fill
) -> Coverage:
    """Return the passages as voices, with counts and dates over all of them."""
    voices = passages_shown(passages, sources=sources, outlets=outlets, fill=fill)
    speaking = {outlet for voice in voices for outlet in voice.outlets}
    articles = {article for voice in voices for article in voice.articles}
    days = [article.published_on for article in articles if article.published_on]
    return Coverage(
        voices=voices,
        outlets=len(speaking),
        countries=len({outlet.country for outlet in speaking if outlet.country}),
        articles=len(articles),
        earliest=min(days, default=None),
        latest=max(days, default=None),
    )


def texts_of(fragments: ExplainerFragments) -> Iterator[str]:
    """Yield every text of the story that its page prints as HTML."""
    yield fragments.standfirst_html
    yield fragments.method_html
    yield from (section.body_html for section in fragments.sections)
    yield from (passage.body_html for passage in fragments.passages)
    yield from (picture.caption_html for picture in fragments.pictures.values())
    if fragments.lead_picture:
        yield fragments.lead_picture.caption_html


def question_texts_of(fragments: QuestionFragments) -> Iterator[str]:
    """Yield every text of the question that its page prints as HTML."""
    yield fragments.introduction_html
    yield from (answer.body_html for answer in fragments.answers)
    yield from (picture.caption_html for picture in fragments.pictures.values())


def outlets_in(fragments: ExplainerFragments) -> list[NamedOutlet]:
    """Return the outlets that passages and sources name, as the story names them."""
    named = [outlet for passage in fragments.passages for outlet in passage.outlets]
    return named + [source.outlet for source in fragments.sources]


def outlet_uids_in(fragments: ExplainerFragments) -> set[UUID]:
    """Return the uids of the outlets that passages and sources name."""
    return {outlet.uid for outlet in outlets_in(fragments) if outlet.uid}
