"""Turns the paragraphs of *What the papers say* into passages, each with the outlets it belongs to."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

from newsroom.text.escaping import escape
from newsroom.text.folding import fold
from stories.documents import NamedOutlet, Passage
from stories.importing.names import KnownNames
from stories.importing.sentences import sentence_spans
from stories.importing.text.layout import Paragraph
from stories.importing.text.mentions import Finder
from stories.importing.text.ownership import Ownership, ownership
from stories.importing.text.telling import is_adverb, is_media, is_piece, is_verb
from stories.importing.tokens import Token, tokenize

_ORDINALS = {"first": 0, "second": 1, "third": 2, "fourth": 3, "former": -2, "latter": -1, "last": -1}
_BOTH = frozenset(["both", "two"])
_CONNECTING = frozenset(["but", "and", "yet", "still", "meanwhile", "however", "also", ",", "in", "addition"])


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
        self._names = names
        self._finder = Finder(names, elsewhere=elsewhere)
        self._make_uid = make_uid
        self._named: list[NamedOutlet] = []  # in the order in which they report, each once
        self._latest: list[NamedOutlet] = []  # the same, moved to the end when they report again
        self._proposed: dict[str, NamedOutlet] = {}
        self.proposals: list[Proposal] = []

    def passages(self, paragraphs: list[Paragraph], *, write: Callable[[str], str] = escape) -> tuple[Passage, ...]:
        """Return the passages: a sentence each, with the sentences that plainly go on about it."""
        passages: list[Passage] = []
        run: list[_Sentence] = []
        for sentence in self._sentences(paragraphs):
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
                self._remember(outlets)
                yield _Sentence(paragraph.line, text, self._in_order(text, outlets), continues, opens)
                before, opens = outlets, False

    def _outlets(
        self, tokens: list[Token], found: Ownership, before: tuple[NamedOutlet, ...]
    ) -> tuple[tuple[NamedOutlet, ...], bool]:
        """Return the owners of a sentence, those it refers back to included, and whether it only goes on."""
        back = self._referred_to(tokens, before) if not found.is_direct or found.begins > 1 else ()
        if not found.is_direct:
            if back:
                return back, True
            return found.outlets, False
        return tuple(dict.fromkeys((*back, *found.outlets))), False

    def _referred_to(self, tokens: list[Token], before: tuple[NamedOutlet, ...]) -> tuple[NamedOutlet, ...]:
        """Return the outlets that "The article …", "Both articles …" or "It adds …" at the start refers to."""
        place = 0
        while place < min(len(tokens), 4) and tokens[place].folded in _CONNECTING | {"while"}:
            place += 1
        words = [token.folded for token in tokens[place : place + 4]]
        if len(words) < 3:
            return ()
        if words[0] in _BOTH or (words[0] == "the" and words[1] in _BOTH):
            return self._both(tokens[place + 1 : place + 4])
        if words[0] in ("the", "this", "its", "that"):
            return self._the_article(tokens[place + 1 : place + 9], before)
        if words[0] == "it" and self._tells(tokens[place + 1 : place + 4]):
            return before if len(before) == 1 else ()
        if words[0] == "they" and self._tells(tokens[place + 1 : place + 4]):
            return before if len(before) > 1 else ()
        return ()

    @staticmethod
    def _tells(tokens: list[Token]) -> bool:
        for token in tokens:
            if is_verb(token):
                return True
            if not is_adverb(token):
                return False
        return False

    def _both(self, following: list[Token]) -> tuple[NamedOutlet, ...]:
        names_them = any(_is_reporting(token) for token in following) or is_verb(following[0])
        return tuple(self._latest[-2:]) if names_them and len(self._latest) >= 2 else ()

    def _the_article(self, following: list[Token], before: tuple[NamedOutlet, ...]) -> tuple[NamedOutlet, ...]:
        noun = following[0].folded
        if noun in _ORDINALS and len(following) > 1:
            place = _ORDINALS[noun]
            stands = _is_reporting(following[1]) or place < 0
            known = self._named if place >= 0 else self._latest
            return (known[place],) if stands and -len(known) <= place < len(known) else ()
        described = 1 if len(following) > 1 and following[0].text.islower() and not _is_reporting(following[0]) else 0
        subject = following[described]
        if not _is_reporting(subject) or (described and is_verb(following[0])):
            return ()
        if subject.folded in (
            "article",
            "piece",
            "outlet",
            "paper",
            "newspaper",
            "publication",
            "agency",
            "broadcaster",
        ):
            return tuple(self._latest[-1:])
        if subject.folded.endswith("s") and subject.folded != "analysis":
            return ()
        return before[-1:] if self._tells(following[described + 1 : described + 4]) else ()

    def _begins_at(self, text: str) -> Callable[[int], bool]:
        def begins(place: int) -> bool:
            tokens = tokenize(text[place : place + 200])
            if not tokens:
                return False
            found = ownership(tokens, self._finder.mentions(text[place : place + 200], tokens))
            return found.is_direct and found.begins <= 1

        return begins

    def _settled(self, outlet: NamedOutlet, line: int) -> NamedOutlet:
        """Return the outlet; a proposed name in the form in which the text first gives it."""
        if outlet.uid is not None:
            return outlet
        key = fold(outlet.name).removeprefix("the ")
        if key not in self._proposed:
            self._proposed[key] = outlet
            self.proposals.append(Proposal(line, outlet.name))
        return self._proposed[key]

    def _remember(self, outlets: tuple[NamedOutlet, ...]) -> None:
        for outlet in outlets:
            if outlet not in self._named:
                self._named.append(outlet)
            if outlet in self._latest:
                self._latest.remove(outlet)
            self._latest.append(outlet)

    def _in_order(self, text: str, outlets: tuple[NamedOutlet, ...]) -> tuple[NamedOutlet, ...]:
        """Return the outlets in the one order: known before proposed, then by first mention, then by name."""
        if len(outlets) < 2:
            return outlets
        tokens = tokenize(text)
        places: dict[NamedOutlet, int] = {}
        for mention in self._finder.mentions(text, tokens):
            places.setdefault(
                self._proposed.get(fold(mention.outlet.name).removeprefix("the "), mention.outlet), mention.first
            )
        return tuple(
            sorted(
                dict.fromkeys(outlets),
                key=lambda outlet: (outlet.uid is None, places.get(outlet, len(tokens)), outlet.name),
            )
        )


def _is_reporting(token: Token) -> bool:
    return is_piece(token) or is_media(token)
