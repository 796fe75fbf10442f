"""Turns the paragraphs of *What the papers say* into passages, each with the outlets it belongs to."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

from newsroom.text.escaping import escape
from newsroom.text.folding import fold
from stories.documents import NamedOutlet, Passage
from stories.importing.names import KnownNames
from stories.importing.notes import RefusedError
from stories.importing.sentences import sentence_spans
from stories.importing.soundness import MOST_PASSAGES
from stories.importing.text.layout import Paragraph
from stories.importing.text.memory import Memory
from stories.importing.text.mentions import Finder
from stories.importing.text.ownership import Ownership, ownership
from stories.importing.tokens import Token, tokenize

_WINDOW = 150  # how far to look whether an outlet begins a sentence
_MOST_LOOKS = 300  # in one text, as each costs as much as a sentence; few texts need ten


@dataclass(slots=True)
class _Sentence:
    line: int
    text: str
    outlets: tuple[NamedOutlet, ...]
    continues: bool
    opens_paragraph: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """A name that seems to be an outlet's and is not known, with the line that first names it."""

    line: int
    name: str


class CoverageReader:
    """Reads the coverage of one text; ``elsewhere`` are the folded words of names in its other parts."""

    def __init__(self, names: KnownNames, *, elsewhere: frozenset[str], make_uid: Callable[[], UUID]) -> None:
        self._finder = Finder(names, elsewhere=elsewhere)
        self._make_uid = make_uid
        self._memory = Memory()
        self._looks = 0
        self._proposed: dict[str, NamedOutlet] = {}
        self.proposals: list[Proposal] = []

    def passages(self, paragraphs: list[Paragraph], *, write: Callable[[str], str] = escape) -> tuple[Passage, ...]:
        """Return the passages: a sentence each, with the sentences that plainly go on about it."""
        passages: list[Passage] = []
        run: list[_Sentence] = []
        for sentence in self._sentences(paragraphs):
            if len(passages) > MOST_PASSAGES:
                raise RefusedError(sentence.line, f"There are more than {MOST_PASSAGES:,} passages up to here.")
            if run and not (
                sentence.continues and not sentence.opens_paragraph and sentence.outlets == run[-1].outlets
            ):
                passages.append(self._passage(run, write, is_first=not passages))
                run = []
            run.append(sentence)
        if run:
            passages.append(self._passage(run, write, is_first=not passages))
        return tuple(passages)

    def _passage(self, run: list[_Sentence], write: Callable[[str], str], *, is_first: bool) -> Passage:
        return Passage(
            uid=self._make_uid(),
            text=write(" ".join(sentence.text for sentence in run)),
            outlets=run[0].outlets,
            opens_paragraph=run[0].opens_paragraph and not is_first,
        )

    def _sentences(self, paragraphs: list[Paragraph]) -> Iterator[_Sentence]:
        before: tuple[NamedOutlet, ...] = ()
        for paragraph in paragraphs:
            opens = True
            for start, end in sentence_spans(paragraph.text, begins=self._begins_at(paragraph.text)):
                text = paragraph.text[start:end]
                tokens = tokenize(text)
                found = ownership(tokens, self._finder.mentions(text, tokens))
                outlets, continues = self._outlets(tokens, found, before)
                outlets = tuple(self._settled(outlet, paragraph.line) for outlet in outlets)
                self._memory.remember(outlets)
                yield _Sentence(paragraph.line, text, self._in_order(text, outlets), continues, opens)
                before, opens = outlets, False

    def _outlets(
        self, tokens: list[Token], found: Ownership, before: tuple[NamedOutlet, ...]
    ) -> tuple[tuple[NamedOutlet, ...], bool]:
        """Return the owners of a sentence, those it refers back to included, and whether it only goes on."""
        back = self._memory.referred_to(tokens, before) if not found.is_direct or found.begins > 1 else ()
        if not found.is_direct:
            if back:
                return back, True
            return found.outlets, False
        return tuple(dict.fromkeys((*back, *found.outlets))), False

    def _begins_at(self, text: str) -> Callable[[int], bool]:
        def begins(place: int) -> bool:
            if self._looks >= _MOST_LOOKS:
                return False
            ahead = text[place : place + _WINDOW]
            if any(word.islower() for word in ahead.split(maxsplit=1)[:1]):
                return False
            self._looks += 1
            tokens = tokenize(ahead)
            found = ownership(tokens, self._finder.mentions(ahead, tokens))
            return found.is_direct and found.begins <= 1 and any(outlet.uid for outlet in found.outlets)

        return begins

    def _settled(self, outlet: NamedOutlet, line: int) -> NamedOutlet:
        """Return the outlet; a proposed name in the form in which the text first gives it."""
        if outlet.uid is not None:
            return outlet
        key = fold(outlet.name).removeprefix("the ")
        if longer := self._memory.known_ending(key):
            return longer
        if key not in self._proposed:
            self._proposed[key] = outlet
            self.proposals.append(Proposal(line, outlet.name))
        return self._proposed[key]

    def _in_order(self, text: str, outlets: tuple[NamedOutlet, ...]) -> tuple[NamedOutlet, ...]:
        """Return the outlets in the one order: by first mention, then by name."""
        if len(outlets) < 2:
            return outlets
        tokens = tokenize(text)
        places: dict[NamedOutlet, int] = {}
        for mention in self._finder.mentions(text, tokens):
            places.setdefault(
                self._proposed.get(fold(mention.outlet.name).removeprefix("the "), mention.outlet), mention.first
            )
        return tuple(sorted(dict.fromkeys(outlets), key=lambda outlet: (places.get(outlet, len(tokens)), outlet.name)))
