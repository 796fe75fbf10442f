"""Parse a text with the headings of an explainer into one."""

from collections.abc import Callable, Iterator
from uuid import UUID

from stories.documents import AskedQuestion, Explainer, PartHeadings, Passage, Section
from stories.documents.parse.headings import DEEPER, PARTS, QUESTIONS, TOPICS, detect_language
from stories.documents.parse.known_names import KnownNames
from stories.documents.parse.notes import Note
from stories.documents.parse.text.coverage import CoverageParser
from stories.documents.parse.text.layout import Item, Layout, Part
from stories.documents.parse.text.prose import list_paragraphs, write_markdown
from stories.documents.parse.text.questions import ParsedQuestion, find_questions, fold_question
from stories.documents.parse.text.topics import parse_topics
from stories.documents.parse.text.truncation import is_cut_off
from stories.documents.parse.words.sentences import split_sentences
from stories.documents.parse.words.tokens import tokenize

_LONGEST_HEADLINE = 300
_PAPERS = "papers"


class StoryParser:
    """A parser for the text of one story; it collects notes."""

    def __init__(self, layout: Layout, known: KnownNames, make_uid: Callable[[], UUID]) -> None:
        self._layout = layout
        self._known = known
        self._make_uid = make_uid
        self.notes: list[Note] = []

    def parse(self) -> Explainer:
        """Return the explainer, and collect the notes on it in ``notes``."""
        asked = self._asked()
        cut_off = is_cut_off(self._layout, asked)
        topics, remarks = parse_topics(self._layout.parts, self._known, self._make_uid)
        self.notes += remarks
        sections = tuple(self._sections())
        headline = self._proposed_headline()
        self.notes.append(Note(1, "headline-missing", self._about_headline(headline)))
        if cut_off:
            self.notes.append(
                Note(self._layout.last_line, "cut-off", "The text stops half-way. Complete it before it is published.")
            )
        return Explainer(
            uid=self._make_uid(),
            slug="",
            language=detect_language(part.heading for part in self._layout.parts),
            headline=headline,
            standfirst=write_markdown(self._layout.opening.content),
            sections=sections,
            passages=self._passages(),
            questions=tuple(
                AskedQuestion(uid=self._make_uid(), question=one.question, teaser=write_markdown(one.answer))
                for one in asked
            ),
            topics=topics,
            headings=self._headings(has_questions=bool(asked), has_topics=bool(topics), cut_off=cut_off),
            cut_off=cut_off,
        )

    def _note(self, line: int, code: str, message: str) -> None:
        self.notes.append(Note(line, code, message))

    def _sections(self) -> Iterator[Section]:
        seen: set[str] = set()
        after_parts = ""
        for part in self._layout.parts:
            if part.code in PARTS and not self._is_prose(part):
                after_parts = part.heading
                continue
            code = "free" if part.code in PARTS or part.code in seen else part.code
            if part.code in seen:
                self._note(
                    part.line,
                    "section-repeated",
                    f"“{part.heading}” is here a second time; it became a section of its own.",
                )
            if after_parts:
                self._note(
                    part.line, "part-moved", f"“{part.heading}” stood after “{after_parts}” and now stands before it."
                )
            seen.add(part.code)
            text = "" if code == _PAPERS else write_markdown(part.content)
            yield Section(uid=self._make_uid(), kind=code, heading=part.heading, text=text)

    def _is_prose(self, part: Part) -> bool:
        """Return whether there is text directly under *Go deeper*, which should only hold other parts."""
        return part.code == DEEPER and bool(part.content) and not any(isinstance(block, Item) for block in part.content)

    def _passages(self) -> tuple[Passage, ...]:
        part = next((part for part in self._layout.parts if part.code == _PAPERS), None)
        if part is None:
            return ()
        reader = CoverageParser(self._known, elsewhere=self._names_elsewhere(), make_uid=self._make_uid)
        passages = reader.parse_passages(list_paragraphs(part.content))
        self.notes += reader.notes
        return passages

    def _names_elsewhere(self) -> frozenset[str]:
        """Return the folded words of names outside the coverage."""
        return frozenset(
            token.folded
            for part in [self._layout.opening, *self._layout.parts]
            if part.code != _PAPERS
            for paragraph in list_paragraphs(part.content)
            for token in tokenize(paragraph.text)
            if token.may_begin_name
        )

    def _asked(self) -> list[ParsedQuestion]:
        """Return the questions; those that are the same when folded are merged."""
        found: dict[str, ParsedQuestion] = {}
        for part in self._layout.parts:
            if part.code == QUESTIONS or (part.code == DEEPER and not self._is_prose(part)):
                for one in find_questions(part.content):
                    first = found.setdefault(fold_question(one.question), one)
                    if first is not one:
                        self._merge(first, one)
        return list(found.values())

    def _merge(self, first: ParsedQuestion, again: ParsedQuestion) -> None:
        self._note(again.line, "question-repeated", f"“{again.question}” is asked twice here; it is one question.")
        said = {paragraph.text for paragraph in first.answer}
        first.answer += [paragraph for paragraph in again.answer if paragraph.text not in said]

    def _headings(self, *, has_questions: bool, has_topics: bool, cut_off: bool) -> PartHeadings:
        """Return the headings of the parts as typed; an empty one keeps the usual heading from being printed."""
        typed: dict[str, str] = {}
        for part in self._layout.parts:
            if part.code in PARTS and not self._is_prose(part):
                typed.setdefault(part.code, part.heading)
            if part.code == QUESTIONS and TOPICS in typed:
                self._note(
                    part.line, "part-moved", f"“{part.heading}” stood after “{typed[TOPICS]}” and now stands before it."
                )
        needed = {DEEPER: has_questions or has_topics, QUESTIONS: has_questions, TOPICS: has_topics}
        for code, is_needed in needed.items():
            if is_needed or cut_off:
                typed.setdefault(code, "")
            elif code in typed and code != DEEPER:
                self._note(1, "part-empty", f"There is nothing under “{typed[code]}”.")
        return PartHeadings(**typed)

    def _proposed_headline(self) -> str:
        """Return the first sentence of the text, cut to 300 characters, or an empty string."""
        for part in [self._layout.opening, *self._layout.parts]:
            if part.code not in PARTS and (paragraphs := list_paragraphs(part.content)):
                first = split_sentences(paragraphs[0].text[: _LONGEST_HEADLINE * 4])[0]
                if len(first) <= _LONGEST_HEADLINE:
                    return first
                return first[: _LONGEST_HEADLINE - 1].rsplit(" ", 1)[0] + "…"
        return ""

    @staticmethod
    def _about_headline(headline: str) -> str:
        if headline:
            return (
                "The text has no headline. Its first sentence is proposed; an editor writes or confirms the headline."
            )
        return "The text has no headline. An editor writes one before it is published."
