"""Number the sources of a page from 1 in order of first mention, and record the places that mention each source."""

from collections.abc import Iterable, Mapping

from newsroom.text.markdown import citation_id, citation_numbers
from stories.documents import CitedArticle
from stories.documents.render.fragments import SourceFragment


def describe_source(article: CitedArticle, display: int, *, back: Iterable[str] = ()) -> SourceFragment:
    """Return an article as a source with the number ``display`` for readers; ``back`` are the places that cite it."""
    return SourceFragment(
        display=display,
        number=article.number,
        article=article.article,
        url=article.url,
        title=article.title,
        outlet=article.outlet,
        published_on=article.published_on,
        author=article.author,
        paywalled=article.paywalled,
        back=tuple(back),
    )


class SourceNumbering:
    """The numbers that readers see, assigned as the texts of a page are processed in order."""

    def __init__(self, cited: Iterable[CitedArticle]) -> None:
        self._articles = {article.number: article for article in cited}
        self._display: dict[int, int] = {}
        self._back: dict[int, list[str]] = {}

    @property
    def numbers(self) -> Mapping[int, int]:
        """The number that readers see for each citation number encountered so far."""
        return self._display

    def number_citations(
        self, text: str, *, anchor: str, further_sources: Iterable[int] = (), at: str = ""
    ) -> tuple[int, ...]:
        """Assign numbers to the sources cited in ``text``, then to ``further_sources``. Return their numbers, sorted.

        ``anchor`` is the anchor with which the text is rendered. For a further source that no text has cited yet, the
        list of sources links back to the place with the id ``at``, if it is given.
        """
        cited = [number for number in citation_numbers(text) if number in self._articles]
        for position, number in enumerate(cited, start=1):
            self._number(number).append(citation_id(anchor, position))
        further = [number for number in further_sources if number in self._articles]
        for number in further:
            places = self._number(number)
            if at and not places:
                places.append(at)
        return tuple(sorted({self._display[number] for number in (*cited, *further)}))

    def sources(self) -> tuple[SourceFragment, ...]:
        """Return the mentioned sources in the order of their numbers."""
        return tuple(
            describe_source(self._articles[number], display, back=self._back[number])
            for number, display in self._display.items()
        )

    def _number(self, number: int) -> list[str]:
        self._display.setdefault(number, len(self._display) + 1)
        return self._back.setdefault(number, [])
