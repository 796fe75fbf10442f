"""What an edition keeps that a renderer made: its fragments, and what is read out of the same texts."""

from dataclasses import dataclass

from newsroom.text.folding import fold
from newsroom.text.plain import words_of
from stories.documents import AnyDocument, Explainer
from stories.rendering.explainer import render_explainer
from stories.rendering.question_page import render_question_page

WORDS_A_MINUTE = 220


@dataclass(frozen=True, slots=True)
class Kept:
    """The columns of an edition that follow from its document alone: nothing else may change when it is rendered again.

    ``fragments`` are plain JSON values, ``search_text`` is folded, ``minutes`` are at least 1.
    """

    fragments: dict[str, object]
    summary: str
    search_text: str
    minutes: int

    def columns(self) -> dict[str, object]:
        """Return the values by the names of the edition's columns."""
        return {name: getattr(self, name) for name in self.__slots__}


def keep(document: AnyDocument) -> Kept:
    """Render ``document`` as an edition keeps it; the same document gives the same values."""
    fragments = render_explainer(document) if isinstance(document, Explainer) else render_question_page(document)
    return Kept(
        fragments=fragments.model_dump(mode="json"),
        summary=fragments.summary,
        search_text=_searched(document),
        minutes=max(1, -(-fragments.word_count // WORDS_A_MINUTE)),
    )


def _searched(document: AnyDocument) -> str:
    """Return the folded words under which a reader finds the page: its texts and the names it uses."""
    if isinstance(document, Explainer):
        parts = [document.headline, words_of(document.standfirst)]
        for section in document.sections:
            parts += [section.heading, words_of(section.text)]
        for passage in document.passages:
            parts += [words_of(passage.text), *(outlet.name for outlet in passage.outlets)]
        for asked in document.questions:
            parts += [asked.question, words_of(asked.teaser)]
    else:
        parts = [document.question, words_of(document.introduction)]
        parts += [text for a in document.answers for text in (a.question, words_of(a.text))]
    parts += [topic.name for topic in document.topics]
    return fold("\n".join(parts))
