"""Parse a text with the headings of an explainer into an explainer."""

from collections.abc import Callable, Iterator, Mapping
from uuid import UUID

from newsroom.text.fold import fold_wording
from stories.documents import AskedQuestion, Explainer, Forecast, KeyFigure, PartHeadings, Passage, Section
from stories.documents.claim_lines import plain_lines
from stories.documents.key_figures import FigureParts, read_item
from stories.documents.parse.headings import (
    AGREEMENT,
    DEEPER,
    FIGURES,
    FORECASTS,
    LISTS,
    PARTS,
    QUESTIONS,
    TOPICS,
    detect_language,
)
from stories.documents.parse.known_names import KnownNames
from stories.documents.parse.notes import Note
from stories.documents.parse.text.claims import ClaimParser
from stories.documents.parse.text.coverage import CoverageParser
from stories.documents.parse.text.forecasts import parse_forecasts
from stories.documents.parse.text.layout import Item, Layout, Paragraph, Part
from stories.documents.parse.text.prose import list_paragraphs, write_markdown
from stories.documents.parse.text.questions import ParsedQuestion, find_questions
from stories.documents.parse.text.topics import parse_topics
from stories.documents.parse.text.truncation import is_cut_off
from stories.documents.parse.words.sentences import split_sentences
from stories.documents.parse.words.tokens import tokenize

_MAX_HEADLINE_LENGTH = 300
_PAPERS = "papers"


class StoryParser:
    """A parser for the text of a story."""

    def __init__(self, layout: Layout, known_names: KnownNames, make_uid: Callable[[], UUID]) -> None:
        self._layout = layout
        self._known_names = known_names
        self._make_uid = make_uid
        self._figures_part, self._figures = _find_figures(layout)
        self._language = detect_language(part.heading for part in layout.parts)
        self.notes: list[Note] = []

    def parse(self) -> Explainer:
        """Return the explainer and add its notes to ``notes``.

        Raise UnreadableDocumentError if the text exceeds a limit.
        """
        questions = self._parse_questions()
        cut_off = is_cut_off(self._layout, questions)
        topics, topic_notes = parse_topics(self._layout.parts, self._known_names, self._make_uid)
        self.notes += topic_notes
        forecasts, others = self._parse_forecasts()
        sections = tuple(self._build_sections(others))
        claims = ClaimParser(plain_lines(self._language), self._known_names, self._make_uid, self.notes)
        headline = self._propose_headline()
        self.notes.append(Note(1, "headline-missing", self._describe_headline(headline)))
        if cut_off:
            self.notes.append(
                Note(self._layout.last_line, "cut-off", "The text is incomplete. Finish it before publishing.")
            )
        return Explainer(
            uid=self._make_uid(),
            slug="",
            language=self._language,
            headline=headline,
            standfirst=write_markdown(self._layout.opening.content),
            sections=sections,
            passages=self._parse_passages(),
            forecasts=forecasts,
            claims=claims.parse(self._layout.parts),
            figures=tuple(KeyFigure(uid=self._make_uid(), **figure._asdict()) for figure in self._figures),
            questions=tuple(
                AskedQuestion(uid=self._make_uid(), question=question.question, teaser=write_markdown(question.answer))
                for question in questions
            ),
            topics=topics,
            headings=self._build_headings(has_questions=bool(questions), has_topics=bool(topics), cut_off=cut_off),
            cut_off=cut_off,
        )

    def _add_note(self, line: int, code: str, message: str) -> None:
        self.notes.append(Note(line, code, message))

    def _build_sections(self, others: Mapping[int, list[Paragraph | Item]]) -> Iterator[Section]:
        """Yield the sections; ``others`` is the rest of each part with points or forecasts, keyed by its line."""
        used_codes: set[str] = set()
        after_parts = ""
        for part in self._layout.parts:
            content = others.get(part.line, part.content)
            if part is self._figures_part or (part.line in others and not content):
                continue
            if part.code in PARTS - LISTS and not self._is_prose(part):
                after_parts = part.heading
                continue
            code = "free" if part.code in PARTS or part.code in used_codes else part.code
            if part.code in used_codes:
                self._add_note(
                    part.line,
                    "section-repeated",
                    f"“{part.heading}” occurs twice. The second becomes a separate section.",
                )
            if after_parts:
                self._add_note(part.line, "part-moved", f"“{part.heading}” moved before “{after_parts}”.")
            used_codes.add(part.code)
            text = "" if code == _PAPERS else write_markdown(content)
            yield Section(uid=self._make_uid(), kind=code, heading=part.heading, text=text)

    def _parse_forecasts(self) -> tuple[tuple[Forecast, ...], dict[int, list[Paragraph | Item]]]:
        """Return the forecasts, and what is neither a point nor a forecast in the parts with them, keyed by line."""
        forecasts: list[Forecast] = []
        others: dict[int, list[Paragraph | Item]] = {}
        for part in self._layout.parts:
            if part.code == FORECASTS:
                found, others[part.line], notes = parse_forecasts(
                    part.content, plain_lines(self._language), self._make_uid
                )
                forecasts += found
                self.notes += notes
            elif part.code == AGREEMENT:
                others[part.line] = [block for block in part.content if isinstance(block, Paragraph)]
        return tuple(forecasts), others

    def _is_prose(self, part: Part) -> bool:
        """Return whether there is prose directly under *Go deeper*, which should contain only other parts."""
        return part.code == DEEPER and bool(part.content) and not any(isinstance(block, Item) for block in part.content)

    def _parse_passages(self) -> tuple[Passage, ...]:
        part = next((part for part in self._layout.parts if part.code == _PAPERS), None)
        if part is None:
            return ()
        parser = CoverageParser(self._known_names, names_elsewhere=self._names_elsewhere(), make_uid=self._make_uid)
        passages = parser.parse_passages(list_paragraphs(part.content))
        self.notes += parser.notes
        return passages

    def _names_elsewhere(self) -> frozenset[str]:
        """Return the folded words of names outside *What the papers say*."""
        return frozenset(
            token.folded
            for part in [self._layout.opening, *self._layout.parts]
            if part.code != _PAPERS
            for paragraph in list_paragraphs(part.content)
            for token in tokenize(paragraph.text)
            if token.may_begin_name
        )

    def _parse_questions(self) -> list[ParsedQuestion]:
        """Return the questions.

        Questions with the same folded form are merged. Raise the same error as ``find_questions``.
        """
        questions: dict[str, ParsedQuestion] = {}
        for part in self._layout.parts:
            if part.code == QUESTIONS or (part.code == DEEPER and not self._is_prose(part)):
                for question in find_questions(part.content):
                    first = questions.setdefault(fold_wording(question.question), question)
                    if first is not question:
                        self._merge_questions(first, question)
        return list(questions.values())

    def _merge_questions(self, first: ParsedQuestion, again: ParsedQuestion) -> None:
        self._add_note(again.line, "question-repeated", f"“{again.question}” is asked twice. Both become one question.")
        known_texts = {paragraph.text for paragraph in first.answer}
        first.answer += [paragraph for paragraph in again.answer if paragraph.text not in known_texts]

    def _build_headings(self, *, has_questions: bool, has_topics: bool, cut_off: bool) -> PartHeadings:
        """Return the headings of the parts as typed. An empty heading prevents the usual heading from being shown."""
        headings: dict[str, str] = {}
        for part in self._layout.parts:
            if part.code in PARTS - LISTS and not self._is_prose(part):
                headings.setdefault(part.code, part.heading)
            if part.code == QUESTIONS and TOPICS in headings:
                self._add_note(
                    part.line,
                    "part-moved",
                    f"“{part.heading}” moved before “{headings[TOPICS]}”.",
                )
        needed = {DEEPER: has_questions or has_topics, QUESTIONS: has_questions, TOPICS: has_topics}
        for code, is_needed in needed.items():
            if is_needed or cut_off:
                headings.setdefault(code, "")
            elif code in headings and code != DEEPER:
                self._add_note(1, "part-empty", f"“{headings[code]}” is empty.")
        return PartHeadings(**headings)

    def _propose_headline(self) -> str:
        """Return the first sentence of the text, truncated if it is too long, or an empty string."""
        for part in [self._layout.opening, *self._layout.parts]:
            if part.code not in PARTS and (paragraphs := list_paragraphs(part.content)):
                first = split_sentences(paragraphs[0].text[: _MAX_HEADLINE_LENGTH * 4])[0]
                if len(first) <= _MAX_HEADLINE_LENGTH:
                    return first
                return first[: _MAX_HEADLINE_LENGTH - 1].rsplit(" ", 1)[0] + "…"
        return ""

    def _describe_headline(self, headline: str) -> str:
        if headline and self._layout.opening.content:
            return "No headline found. The first sentence of the standfirst is suggested."
        if headline:
            return "No headline found. The first sentence is suggested."
        return "No headline found. Add one before you publish."


def _find_figures(layout: Layout) -> tuple[Part | None, list[FigureParts]]:
    """Return the first *In figures* part in which every item is a figure, and its figures.

    Any other part with this heading is a section with a heading of its own.
    """
    for part in layout.parts:
        if part.code == FIGURES and part.content:
            figures = [_read_figure(block) for block in part.content]
            if all(figures):
                return part, [figure for figure in figures if figure]
    return None, []


def _read_figure(block: Paragraph | Item) -> FigureParts | None:
    paragraphs = [block] if isinstance(block, Paragraph) else block.paragraphs
    return read_item(paragraphs[0].text) if isinstance(block, Item) and len(paragraphs) == 1 else None
