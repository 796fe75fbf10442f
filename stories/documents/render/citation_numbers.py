"""Numbers the sources of a page 1…k by first mention, and keeps where each is mentioned."""

from collections.abc import Iterable, Mapping

from newsroom.text.markdown import citations, mention_id
from stories.documents import CitedArticle
from stories.documents.render.fragments import SourceFragment


class Numbering:
    """The numbers that readers see, given while the texts of a page are read in their order."""

    def __init__(self, cited: Iterable[CitedArticle]) -> None:
        self._articles = {article.number: article for article in cited}
        self._display: dict[int, int] = {}
        self._back: dict[int, list[str]] = {}

    @property
    def numbers(self) -> Mapping[int, int]:
        """The number that readers see for each citation number mentioned so far."""
        return self._display

    def read(self, text: str, *, anchor: str, drawn_on: Iterable[int] = (), at: str = "") -> tuple[int, ...]:
        """Number what ``text`` cites, then the articles it draws on without citing; return all of these, ascending.

        ``anchor`` is the one the text is rendered with; ``at`` is the id of the place where articles are listed that
        no text cites.
        """
        mentioned = [number for number in citations(text) if number in self._articles]
        for place, number in enumerate(mentioned, start=1):
            self._number(number).append(mention_id(anchor, place))
        listed = [number for number in drawn_on if number in self._articles]
        for number in listed:
            back = self._number(number)
            if at and not back:
                back.append(at)
        return tuple(sorted({self._display[number] for number in (*mentioned, *listed)}))

    def sources(self) -> tuple[SourceFragment, ...]:
        """Return the list of sources in the order of their numbers. What nothing mentions is not in it."""
        return tuple(
            SourceFragment(
                display=display,
                number=number,
                article=article.article,
                url=article.url,
                title=article.title,
                outlet=article.outlet,
                published_on=article.published_on,
                author=article.author,
                paywalled=article.paywalled,
                back=tuple(self._back[number]),
            )
            for number, display in self._display.items()
            for article in (self._articles[number],)
        )

    def _number(self, number: int) -> list[str]:
        self._display.setdefault(number, len(self._display) + 1)
        return self._back.setdefault(number, [])
