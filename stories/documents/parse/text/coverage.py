"""Parse the paragraphs of *What the papers say* into passages with the outlets that report them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

from newsroom.text.fold import fold
from newsroom.text.markdown.grammar import escape
from stories.documents import MOST_ROWS, NamedOutlet, Passage
from stories.documents.parse.known_names import KnownNames
from stories.documents.parse.notes import Note, UnreadableDocumentError
from stories.documents.parse.text.antecedents import OutletHistory, find_back_reference
from stories.documents.parse.text.attribution import Attribution, attribute_sentence
from stories.documents.parse.text.layout import Paragraph
from stories.documents.parse.text.outlet_mentions import Mention, MentionFinder
from stories.documents.parse.text.reporting_verbs import compares_outlets
from stories.documents.parse.words.sentences import iter_sentence_spans
from stories.documents.parse.words.tokens import Token, tokenize

_QUOTED = 80  # characters of a sentence that a note quotes
_WINDOW = 150  # characters in which an outlet that begins a sentence is looked for
_MOST_LOOKS = 300  # in one text: each costs as much as a sentence, and few texts need ten


@dataclass(slots=True)
class _Sentence:
    line: int
    text: str
    outlets: tuple[NamedOutlet, ...]
    continues: bool
    opens_paragraph: bool


class CoverageParser:
    """A parser for the coverage in one text.

    ``elsewhere`` holds the folded words of names in the other parts of the text. ``notes`` collects remarks on unknown
    names, and on sentences whose outlet an editor has to decide.
    """

    def __init__(self, names: KnownNames, *, elsewhere: frozenset[str], make_uid: Callable[[], UUID]) -> None:
        self._finder = MentionFinder(names, elsewhere=elsewhere)
        self._make_uid = make_uid
        self._memory = OutletHistory()
        self._looks = 0
        self._proposed: dict[str, NamedOutlet] = {}
        self.notes: list[Note] = []

    def parse_passages(
        self, paragraphs: list[Paragraph], *, write: Callable[[str], str] = escape
    ) -> tuple[Passage, ...]:
        """Return the passages: one for each sentence, with the sentences that plainly continue it.

        ``write`` turns the text of a passage into Markdown. Raise UnreadableDocumentError if there are more passages
        than a document may hold.
        """
        passages: list[Passage] = []
        run: list[_Sentence] = []
        for sentence in self._sentences(paragraphs):
            if len(passages) > MOST_ROWS["passages"]:
                raise UnreadableDocumentError(
                    sentence.line, f"There are more than {MOST_ROWS['passages']:,} passages up to here."
                )
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
            for start, end in iter_sentence_spans(paragraph.text, begins=self._begins_at(paragraph.text)):
                text = paragraph.text[start:end]
                line = paragraph.line_at(start)
                tokens = tokenize(text)
                mentions = self._finder.find_mentions(text, tokens)
                found = attribute_sentence(tokens, mentions)
                outlets, continues = self._outlets(tokens, found, before)
                outlets = tuple(self._settled(outlet, line) for outlet in outlets)
                if not outlets:
                    self._tell(line, text, self._possible_owners(tokens, found, before))
                self._finder.learn_short_names(tokens, mentions)
                self._memory.add(outlets, by_name=not continues)
                yield _Sentence(line, text, self._in_order(mentions, outlets), continues, opens)
                before, opens = outlets, False

    def _possible_owners(
        self, tokens: list[Token], found: Attribution, before: tuple[NamedOutlet, ...]
    ) -> tuple[str, ...]:
        """Return the names of those who may have said a sentence without an owner; an editor has to decide."""
        if found.candidates:
            return found.candidates
        if phrase := find_back_reference(tokens):
            return (phrase,)
        # A sentence that names nobody and compares nothing may continue the sentence before it.
        return () if compares_outlets(tokens) else tuple(outlet.name for outlet in before)

    def _tell(self, line: int, text: str, names: tuple[str, ...]) -> None:
        if names:
            named = " and ".join(f"“{name}”" for name in names)
            beginning = text if len(text) <= _QUOTED else f"{text[:_QUOTED].rsplit(' ', 1)[0]} …"
            self.notes.append(
                Note(line, "owner-unclear", f"Is this said by {named}? It is given to no outlet: “{beginning}”")
            )

    def _outlets(
        self, tokens: list[Token], found: Attribution, before: tuple[NamedOutlet, ...]
    ) -> tuple[tuple[NamedOutlet, ...], bool]:
        """Return the outlets that report a sentence, including those it refers back to.

        The second value says whether the sentence only continues an earlier one.
        """
        if found.is_attributed:
            return found.outlets, False
        back = self._memory.resolve_subject(tokens, before) if not found.is_direct or found.clause_start > 1 else ()
        if not found.is_direct:
            if not found.outlets:
                back = back or self._memory.resolve_pronoun(tokens)
            if not (found.outlets or found.candidates):
                back = back or self._memory.resolve_attribution(tokens, before)
            if back:
                return back, True
            return found.outlets, False
        return tuple(dict.fromkeys((*back, *found.outlets))), False

    def _begins_at(self, text: str) -> Callable[[int], bool]:
        def begins(place: int) -> bool:
            if self._looks >= _MOST_LOOKS:
                return False
            ahead = text[place : place + _WINDOW]
            tokens = tokenize(ahead)
            if not tokens or (not tokens[0].has_capital and not self._finder.begins_with_outlet(tokens)):
                return False
            self._looks += 1
            found = attribute_sentence(tokens, self._finder.find_mentions(ahead, tokens))
            return found.is_direct and found.clause_start <= 1 and any(outlet.uid for outlet in found.outlets)

        return begins

    def _settled(self, outlet: NamedOutlet, line: int) -> NamedOutlet:
        """Return the outlet, or for a proposed name the outlet with its first spelling in the text."""
        if outlet.uid is not None:
            return outlet
        key = fold(outlet.name).removeprefix("the ")
        if key not in self._proposed:
            self._proposed[key] = outlet
            about = "is not in the list of outlets. It is proposed; an editor confirms it or joins it to another."
            self.notes.append(Note(line, "outlet-proposed", f"“{outlet.name}” {about}"))
        return self._proposed[key]

    def _in_order(self, mentions: list[Mention], outlets: tuple[NamedOutlet, ...]) -> tuple[NamedOutlet, ...]:
        """Return the outlets in canonical order: by first mention, then by name."""
        if len(outlets) < 2:
            return outlets
        places: dict[NamedOutlet, int] = {}
        for mention in mentions:
            places.setdefault(
                self._proposed.get(fold(mention.outlet.name).removeprefix("the "), mention.outlet), mention.first
            )
        last = max((mention.end for mention in mentions), default=0)
        return tuple(sorted(dict.fromkeys(outlets), key=lambda outlet: (places.get(outlet, last), outlet.name)))
