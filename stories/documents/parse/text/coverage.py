"""Parse the paragraphs of *What the papers say* into passages with their outlets."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

from newsroom.text.fold import fold
from newsroom.text.markdown.grammar import escape
from stories.documents import MAX_ROWS, NamedOutlet, Passage
from stories.documents.parse.known_names import KnownNames
from stories.documents.parse.notes import Note, UnreadableDocumentError
from stories.documents.parse.text.antecedents import OutletHistory, find_back_reference
from stories.documents.parse.text.attribution import Attribution, attribute_sentence
from stories.documents.parse.text.layout import Paragraph
from stories.documents.parse.text.outlet_mentions import Mention, MentionFinder
from stories.documents.parse.text.reporting_verbs import compares_outlets
from stories.documents.parse.time_limit import check_time
from stories.documents.parse.words.sentences import iter_sentence_spans
from stories.documents.parse.words.tokens import Token, tokenize

_MAX_QUOTED_LENGTH = 80  # the maximum number of characters of a sentence that a note quotes
_LOOKAHEAD = 150  # characters searched for an outlet at the start of a possible sentence
_MAX_LOOKAHEADS = 300  # such searches per text; each takes as long as parsing a sentence, and few texts need ten


@dataclass(slots=True)
class _Sentence:
    line: int
    text: str
    outlets: tuple[NamedOutlet, ...]
    continues: bool
    opens_paragraph: bool


class CoverageParser:
    """A parser for the section *What the papers say* of one text.

    ``names_elsewhere`` holds the folded words of names in the other parts of the text. ``notes`` collects remarks on
    unknown names, and on sentences that an editor has to attribute to an outlet.
    """

    def __init__(self, names: KnownNames, *, names_elsewhere: frozenset[str], make_uid: Callable[[], UUID]) -> None:
        self._mention_finder = MentionFinder(names, names_elsewhere=names_elsewhere)
        self._make_uid = make_uid
        self._history = OutletHistory()
        self._lookahead_count = 0
        self._proposed: dict[str, NamedOutlet] = {}
        self.notes: list[Note] = []

    def parse_passages(
        self, paragraphs: list[Paragraph], *, write: Callable[[str], str] = escape
    ) -> tuple[Passage, ...]:
        """Return the passages, each of which is a sentence with the sentences that clearly continue it.

        ``write`` converts the text of a passage to Markdown. Raise UnreadableDocumentError if there are too many
        passages for a document, or if the time is used up (see ``check_time``).
        """
        passages: list[Passage] = []
        sentences: list[_Sentence] = []
        for sentence in self._iter_sentences(paragraphs):
            if len(passages) > MAX_ROWS["passages"]:
                raise UnreadableDocumentError(
                    sentence.line, f"There are more than {MAX_ROWS['passages']:,} passages up to here."
                )
            if sentences and not (
                sentence.continues and not sentence.opens_paragraph and sentence.outlets == sentences[-1].outlets
            ):
                passages.append(self._build_passage(sentences, write, is_first=not passages))
                sentences = []
            sentences.append(sentence)
        if sentences:
            passages.append(self._build_passage(sentences, write, is_first=not passages))
        return tuple(passages)

    def _build_passage(self, sentences: list[_Sentence], write: Callable[[str], str], *, is_first: bool) -> Passage:
        return Passage(
            uid=self._make_uid(),
            text=write(" ".join(sentence.text for sentence in sentences)),
            outlets=sentences[0].outlets,
            opens_paragraph=sentences[0].opens_paragraph and not is_first,
        )

    def _iter_sentences(self, paragraphs: list[Paragraph]) -> Iterator[_Sentence]:
        previous_outlets: tuple[NamedOutlet, ...] = ()
        for paragraph in paragraphs:
            opens = True
            for start, end in iter_sentence_spans(
                paragraph.text, may_begin_sentence=self._make_sentence_test(paragraph.text)
            ):
                text = paragraph.text[start:end]
                line = paragraph.line_at(start)
                check_time(line)
                tokens = tokenize(text)
                mentions = self._mention_finder.find_mentions(text, tokens)
                attribution = attribute_sentence(tokens, mentions)
                outlets, continues = self._resolve_outlets(tokens, attribution, previous_outlets)
                outlets = tuple(self._get_or_propose(outlet, line) for outlet in outlets)
                if not outlets:
                    self._note_unclear_owner(line, text, self._possible_owners(tokens, attribution, previous_outlets))
                self._mention_finder.learn_short_names(tokens, mentions)
                self._history.add(outlets, by_name=not continues)
                yield _Sentence(line, text, self._sort_outlets(mentions, outlets), continues, opens)
                previous_outlets, opens = outlets, False

    def _possible_owners(
        self, tokens: list[Token], attribution: Attribution, previous_outlets: tuple[NamedOutlet, ...]
    ) -> tuple[str, ...]:
        """Return the names of outlets, or a phrase such as "The paper", to which the sentence may be attributed."""
        if attribution.candidates:
            return attribution.candidates
        if phrase := find_back_reference(tokens):
            return (phrase,)
        # A sentence that neither names an outlet nor compares outlets may continue the previous sentence.
        return () if compares_outlets(tokens) else tuple(outlet.name for outlet in previous_outlets)

    def _note_unclear_owner(self, line: int, text: str, names: tuple[str, ...]) -> None:
        if names:
            named = " and ".join(f"“{name}”" for name in names)
            beginning = text if len(text) <= _MAX_QUOTED_LENGTH else f"{text[:_MAX_QUOTED_LENGTH].rsplit(' ', 1)[0]} …"
            self.notes.append(
                Note(line, "owner-unclear", f"Check whether {named} said this. It has no outlet: “{beginning}”")
            )

    def _resolve_outlets(
        self, tokens: list[Token], attribution: Attribution, previous_outlets: tuple[NamedOutlet, ...]
    ) -> tuple[tuple[NamedOutlet, ...], bool]:
        """Return the outlets that report in a sentence, and whether the sentence only continues an earlier one.

        The outlets include those to which the sentence refers back.
        """
        if attribution.is_attributed:
            return attribution.outlets, False
        referenced = (
            self._history.resolve_subject(tokens, previous_outlets)
            if not attribution.is_direct or attribution.clause_start > 1
            else ()
        )
        if not attribution.is_direct:
            if not attribution.outlets:
                referenced = referenced or self._history.resolve_pronoun(tokens)
            if not (attribution.outlets or attribution.candidates):
                referenced = referenced or self._history.resolve_attribution(tokens, previous_outlets)
            if referenced:
                return referenced, True
            return attribution.outlets, False
        return tuple(dict.fromkeys((*referenced, *attribution.outlets))), False

    def _make_sentence_test(self, text: str) -> Callable[[int], bool]:
        def may_begin_sentence(position: int) -> bool:
            if self._lookahead_count >= _MAX_LOOKAHEADS:
                return False
            following_text = text[position : position + _LOOKAHEAD]
            tokens = tokenize(following_text)
            if not tokens or (not tokens[0].has_capital and not self._mention_finder.begins_with_outlet(tokens)):
                return False
            self._lookahead_count += 1
            attribution = attribute_sentence(tokens, self._mention_finder.find_mentions(following_text, tokens))
            return (
                attribution.is_direct
                and attribution.clause_start <= 1
                and any(outlet.uid for outlet in attribution.outlets)
            )

        return may_begin_sentence

    def _get_or_propose(self, outlet: NamedOutlet, line: int) -> NamedOutlet:
        """Return the outlet. For a proposed name, return the outlet under its first spelling in the text."""
        if outlet.uid is not None:
            return outlet
        key = fold(outlet.name).removeprefix("the ")
        if key not in self._proposed:
            self._proposed[key] = outlet
            message = f"New outlet “{outlet.name}” proposed. An editor confirms or merges it."
            self.notes.append(Note(line, "outlet-proposed", message))
        return self._proposed[key]

    def _sort_outlets(self, mentions: list[Mention], outlets: tuple[NamedOutlet, ...]) -> tuple[NamedOutlet, ...]:
        """Return the outlets in the order of their first mentions, then by name."""
        if len(outlets) < 2:
            return outlets
        first_mentions: dict[NamedOutlet, int] = {}
        for mention in mentions:
            first_mentions.setdefault(
                self._proposed.get(fold(mention.outlet.name).removeprefix("the "), mention.outlet), mention.first
            )
        end = max((mention.end for mention in mentions), default=0)
        return tuple(sorted(dict.fromkeys(outlets), key=lambda outlet: (first_mentions.get(outlet, end), outlet.name)))
