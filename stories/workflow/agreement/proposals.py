"""Points on which the texts of several outlets can be compared, proposed to an editor."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from difflib import SequenceMatcher
from functools import cache
from itertools import combinations, takewhile
from typing import NamedTuple, Self

from newsroom.text.figures.amounts import COUNT, Amount, find_amounts
from newsroom.text.figures.clocks import find_times
from newsroom.text.figures.days import NamedDay, find_days
from newsroom.text.fold import fold, fold_wording
from newsroom.text.quotation_marks import parse_quotations
from newsroom.text.vocabulary import Phrases, Token, tokenize
from stories.workflow.agreement.words import LanguageWords, clause_around, load_words

_SHARED_NOUN, _OTHER_NOUN = 2.0, -1.0
_CLAUSE_WORD, _MAX_CLAUSE_WORDS = 1.0, 3
_SENTENCE_WORD, _MAX_SENTENCE_WORDS = 0.5, 4
_UNIT, _TITLE_WORD = 1.0, 1.0
_EQUAL = 3.0
_LEAST = 2.0
_LEAST_EQUAL, _LEAST_EQUAL_LARGE = 1.0, 0.5
_FEW = 3  # smaller numbers are in most texts
_LARGE = 13  # smaller numbers are in most long texts
_RARE = 100  # of two digits or more: texts about one event seldom have such a number by chance
_MAX_RATIO = 20
# In longer texts, different numbers beside the same words are about different things.
_SHORT_TEXT = 80
_RECENT = timedelta(days=7)  # all outlets name the day of the event
_QUOTED_WORDS, _COMPARED_WORDS, _LEAST_WORDING = 3, 4, 0.6
_RATE_TOKENS = 6
_PHRASE_WORDS = 3
_PEOPLE = "people"
# A story has one cost, but many lengths and durations.
_WITHOUT_MEASURE = frozenset({COUNT, "money", "percent"})
_ENDS = frozenset(".:;!?")


class OutletText(NamedTuple):
    """A text of an outlet: a passage, or an article. ``outlet`` is any name that tells the outlets apart."""

    outlet: str
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class ProposedCell:
    """What an outlet says: the sentence at ``start`` to ``end`` of its text, and the value in it.

    ``when`` is a day or a minute, as in a cell.
    """

    outlet: str
    start: int
    end: int
    value: str
    stance: str = "says"
    low: Decimal | None = None
    high: Decimal | None = None
    approximate: bool = False
    when: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A point with the cells of two outlets or more. ``kind`` is a kind of claim, ``unit`` the kind of a unit."""

    kind: str
    unit: str
    cells: tuple[ProposedCell, ...]


@dataclass(frozen=True, slots=True)
class _Mention:
    """A value in a text, with the words around it."""

    cell: ProposedCell
    kind: str
    is_short: bool
    unit: str = ""
    unit_word: str = ""
    rate: str = ""
    limits: frozenset[str] = field(default_factory=frozenset)
    counted: frozenset[str] = field(default_factory=frozenset)
    nouns: frozenset[str] = field(default_factory=frozenset)
    groups: frozenset[str] = field(default_factory=frozenset)
    clause: frozenset[str] = field(default_factory=frozenset)
    sentence: frozenset[str] = field(default_factory=frozenset)


def propose_points(texts: Sequence[OutletText], *, title: str, published: date) -> list[Proposal]:
    """Return the points on which outlets give figures, days, years, times or quotations, or one denies what another says.

    Each point has two outlets or more. Texts in a language without word lists are left out. In long texts only equal
    values are compared.
    """
    common = frozenset(
        stem for text in texts if (reader := _load(text.language)) for stem in reader.words.content(tokenize(title))
    )
    mentions = [list(reader.read(text, published)) for text in texts if (reader := _load(text.language))]
    pairs = sorted(
        (
            (score, one, other)
            for first, second in combinations(mentions, 2)
            for one in first
            for other in second
            if (score := _score(one, other, common)) > 0
        ),
        key=lambda pair: -pair[0],
    )
    figures = [mention for each in mentions for mention in each if mention.kind == "figure"]
    groups: dict[int, list[_Mention]] = {}
    for _, one, other in pairs:
        if one.kind == "figure" and not _is_equal(one, other) and not _may_differ(one, other, figures):
            continue
        joined = [*groups.get(id(one), [one]), *groups.get(id(other), [other])]
        outlets = {mention.cell.outlet for mention in joined}
        if len(outlets) == len(joined) and all(_may_join(a, b) for a, b in combinations(joined, 2)):
            groups |= dict.fromkeys(map(id, joined), joined)
    order = {text.outlet: index for index, text in enumerate(texts)}
    found = [
        Proposal(group[0].kind, group[0].unit, tuple(mention.cell for mention in group))
        for group in {id(group): group for group in groups.values()}.values()
    ]
    return [
        Proposal(each.kind, each.unit, tuple(sorted(each.cells, key=lambda cell: order[cell.outlet])))
        for each in (*found, *_find_denials(texts, common))
    ]


class _Reader:
    """Reads the texts of one language."""

    def __init__(self, words: LanguageWords) -> None:
        vocabulary = words.vocabulary
        self.words = words
        self._negations = vocabulary.phrases("agreement", "negations")
        self._denials = vocabulary.phrases("agreement", "denials")
        self._complementizers = vocabulary.words("agreement", "complementizers")
        self._links = vocabulary.words("agreement", "links")
        self._parts = vocabulary.phrases("agreement", "parts")
        self._scopes = vocabulary.phrases("finder", "scopes")
        self._rates: Phrases[str] = vocabulary.phrases("agreement", "rates")
        self._spans = vocabulary.phrases("span_units")
        self._calendar = frozenset(fold(word) for name in ("weekdays", "months") for word in vocabulary.numbers(name))

    def denies(self, tokens: Sequence[Token], index: int) -> bool:
        """Return whether a word such as “not” or “denied” is at an index."""
        return bool(self._negations.match(tokens, index) or self._denials.match(tokens, index))

    def list_denied(self, tokens: Sequence[Token], index: int) -> Iterable[int]:
        """Return the indexes of the words that may be denied by the word at an index."""
        if negation := self._negations.match(tokens, index):
            after = negation[1]
            while after < len(tokens) and tokens[after].word in self._links:
                after += 1
            return range(after, min(after + 1, len(tokens)))
        if denial := self._denials.match(tokens, index):
            clause = list(takewhile(lambda at: tokens[at].text not in _ENDS, range(denial[1], len(tokens))))
            that = next((at for at in clause if tokens[at].word in self._complementizers), denial[1] - 1)
            return [at for at in clause if at > that]
        return ()

    def read(self, text: OutletText, published: date) -> Iterator[_Mention]:
        """Yield the figures, days, years, times and quotations of a text."""
        is_short = len(text.text.split()) <= _SHORT_TEXT
        for start, end in self.words.iter_sentences(text.text):
            sentence = text.text[start:end]
            times = find_times(sentence, text.language)
            amounts = [
                amount
                for amount in find_amounts(sentence, text.language)
                if not any(amount.start < each.end and each.start < amount.end for each in times)
            ]
            tokens = tokenize(sentence)
            others = [token for token in tokens if not any(each.start <= token.start < each.end for each in amounts)]
            for amount in amounts:
                # “A two-line statement” does not count lines.
                if amount.unit != COUNT or sentence[amount.end : amount.end + 1] not in ("-", "‑"):
                    value = sentence[amount.start : amount.end]
                    cell = ProposedCell(
                        text.outlet,
                        start,
                        end,
                        value,
                        low=amount.low,
                        high=amount.high,
                        approximate=amount.approximate,
                    )
                    yield self._make_figure(cell, amount, tokens, others, is_short=is_short)
            yield from self._read_moments(text, start, end, published, is_short=is_short)
            for first, last in parse_quotations(sentence, text.language).spans:
                quoted = sentence[first + 1 : last - 1].strip(" ,.\u00a0\u202f")
                if len(quoted.split()) >= _QUOTED_WORDS:
                    yield _Mention(ProposedCell(text.outlet, start, end, quoted), "quotation", is_short)

    def _make_figure(
        self, cell: ProposedCell, amount: Amount, tokens: list[Token], others: list[Token], *, is_short: bool
    ) -> _Mention:
        words = self.words
        clause = clause_around(tokens, amount.start, amount.end)
        following = [token for token in clause if token.start >= amount.end]
        names = [token.word for token in tokenize(cell.value) if token.is_word]
        # People are counted for many reasons, so “passengers” does not say what is counted.
        nouns = words.stems(
            [
                token
                for token in words.nouns(tokens, amount.start, amount.end)
                if token.word not in self._calendar and not words.persons([token])
            ]
        )
        return _Mention(
            cell,
            "figure",
            is_short,
            unit=amount.unit,
            unit_word=names[-1] if names and amount.unit != COUNT else "",
            rate=self._rate(following[:_RATE_TOKENS]),
            limits=self._limits(clause, following),
            counted=self._counted(following),
            nouns=nouns,
            groups=words.groups(clause),
            clause=words.content([token for token in clause if token in others]),
            sentence=words.content(others),
        )

    def _read_moments(
        self, text: OutletText, start: int, end: int, published: date, *, is_short: bool
    ) -> Iterator[_Mention]:
        """Yield the days and years of a sentence, and the times if it names their day."""
        sentence = text.text[start:end]
        tokens = tokenize(sentence)

        def make(kind: str, first: int, last: int, when: str, unit: str) -> _Mention:
            cell = ProposedCell(text.outlet, start, end, sentence[first:last], when=when)
            clause = self.words.content(clause_around(tokens, first, last))
            return _Mention(cell, kind, is_short, unit, clause=clause)

        days = find_days(sentence, text.language, as_of=published)
        for each in days:
            if kind := _kind_of(each, sentence[each.start : each.end], published):
                yield make(kind, each.start, each.end, str(each.first) if kind == "date" else "", each.unit)
        if day := next((each for each in days if each.unit in ("day", "weekday")), None):
            # Reports are about the last Tuesday rather than the next.
            moment = day.first - timedelta(days=7) if day.unit == "weekday" and day.first > published else day.first
            for clock in find_times(sentence, text.language):
                yield make("date", clock.start, clock.end, f"{moment}T{clock.at:%H:%M}", "minute")

    def _counted(self, following: list[Token]) -> frozenset[str]:
        """Return the stem or group of the noun directly after an amount. Any word for people is the group “people”."""
        noun = [token for token in following[:1] if token.is_word and token.word not in self.words.function_words]
        return frozenset({_PEOPLE}) if self.words.persons(noun) else self.words.groups(noun) or self.words.content(noun)

    def _limits(self, clause: list[Token], following: list[Token]) -> frozenset[str]:
        """Return the words that restrict an amount to a part of something or to a time."""
        places = [(self._parts, following[:1]), *((self._scopes, clause[index:]) for index in range(len(clause)))]
        return frozenset(
            tokens[0].word
            for phrases, tokens in places
            if tokens and phrases.match(following if phrases is self._parts else tokens, 0)
        )

    def _rate(self, tokens: list[Token]) -> str:
        """Return the unit of time in “40 tonnes a day”, or nothing."""
        for index in range(len(tokens)):
            if (rate := self._rates.match(tokens, index)) and (unit := self._spans.match(tokens, rate[1])):
                return unit[0]
        return ""


@cache
def _load(language: str) -> _Reader | None:
    words = load_words(language)
    return _Reader(words) if words else None


def _kind_of(day: NamedDay, value: str, published: date) -> str:
    """Return the kind of the claim that a day may be the value of, or nothing."""
    if day.unit == "day" and day.relation not in ("since", "before"):
        return "" if published - _RECENT <= day.first <= published else "date"
    return "fact" if day.unit == "year" and day.first.year != published.year and value.isdecimal() else ""


def _may_join(one: _Mention, other: _Mention) -> bool:
    if (one.kind, one.unit) != (other.kind, other.unit) or (one.rate and other.rate and one.rate != other.rate):
        return False
    if _is_equal(one, other):
        return True
    return one.is_short and other.is_short and one.unit_word == other.unit_word and one.limits == other.limits


def _may_differ(one: _Mention, other: _Mention, figures: Sequence[_Mention]) -> bool:
    """Return whether outlets with different figures may mean the same thing, in view of all figures.

    They do not if one of them has both figures. If no noun is shared, there may be no third figure of the unit.
    """
    if any(
        (each.cell.outlet, _ends(each.cell)) == (mine.cell.outlet, _ends(theirs.cell))
        for mine, theirs in ((one, other), (other, one))
        for each in figures
    ):
        return False
    if one.unit == COUNT or one.nouns & other.nouns or one.groups & other.groups:
        return True
    return len({_ends(each.cell) for each in figures if each.unit == one.unit}) == 2


def _is_equal(one: _Mention, other: _Mention) -> bool:
    a, b = one.cell, other.cell
    if one.kind == "figure":
        return _ends(a) == _ends(b) or _may_mean(a, b) or _may_mean(b, a)
    return a.when == b.when if a.when else fold_wording(a.value) == fold_wording(b.value)


def _ends(cell: ProposedCell) -> tuple[Decimal, Decimal]:
    """Return both ends of an amount. A bound has the same end twice."""
    low = cell.high if cell.low is None else cell.low
    high = cell.low if cell.high is None else cell.high
    if low is None or high is None:
        raise ValueError(cell)
    return low, high


def _may_mean(a: ProposedCell, b: ProposedCell) -> bool:
    """Return whether a range includes another amount, or an approximate amount is the other one rounded."""
    (a_low, a_high), (b_low, b_high) = _ends(a), _ends(b)
    if a_low < a_high:
        return a_low <= b_low and b_high <= a_high
    if not a.approximate or b_low != b_high or not (a_low and b_low):
        return False
    digits = len(a_low.normalize().as_tuple().digits)
    return b_low.quantize(Decimal(1).scaleb(b_low.adjusted() - digits + 1)) == a_low


def _score(one: _Mention, other: _Mention, common: frozenset[str]) -> float:
    """Return how well two values fit each other, or 0. ``common`` are the words of the title."""
    if not _may_join(one, other):
        return 0
    is_equal = _is_equal(one, other)
    match one.kind:
        case "figure":
            return _score_figures(one, other, common, is_equal=is_equal)
        case "quotation":
            return _EQUAL if is_equal or _has_similar_words(one.cell.value, other.cell.value) else 0
        case "date":
            shared = len(one.clause & other.clause)
            if one.unit == "minute":
                return shared + _EQUAL * is_equal if shared else 0
            return _EQUAL if is_equal else shared * (shared >= _LEAST)
        case _:
            return _EQUAL * is_equal


def _score_figures(one: _Mention, other: _Mention, common: frozenset[str], *, is_equal: bool) -> float:
    clause, sentence = one.clause & other.clause, one.sentence & other.sentence
    has_noun = bool((one.nouns & other.nouns) - common or one.groups & other.groups)
    score = (
        _SHARED_NOUN * has_noun
        + _CLAUSE_WORD * min(_MAX_CLAUSE_WORDS, len(clause - common))
        + _SENTENCE_WORD * min(_MAX_SENTENCE_WORDS, len(sentence - common))
        + _UNIT * (one.unit_word != "" and one.unit_word == other.unit_word)
        + _TITLE_WORD * (bool(clause & common) and (is_equal or one.unit in _WITHOUT_MEASURE))
    )
    value = max(map(abs, _ends(one.cell)))
    is_plain = (
        is_equal
        and one.is_short
        and other.is_short
        and value >= _FEW
        and not (one.limits or other.limits)
        and (not one.counted or not other.counted or bool(one.counted & other.counted))
    )
    if one.nouns and other.nouns and not has_noun and one.unit == COUNT and not is_plain:
        score += _OTHER_NOUN
    if is_equal:
        least = 0 if is_plain else _least_equal(value)
        return _EQUAL + score if score >= least else _EQUAL * (not _least_equal(value))
    ends = sorted(max(map(abs, _ends(each.cell))) for each in (one, other))
    is_far = ends[0] and ends[1] / ends[0] > _MAX_RATIO
    return 0 if is_far or score < _LEAST else score


def _least_equal(value: Decimal) -> float:
    """Return the score that equal amounts need: none if two texts about one event hardly have them by chance."""
    if len(value.normalize().as_tuple().digits) > 1 and (value >= _RARE or value % 1):
        return 0
    return _LEAST_EQUAL_LARGE if value >= _LARGE else _LEAST_EQUAL


def _has_similar_words(one: str, other: str) -> bool:
    words, others = fold_wording(one).split(), fold_wording(other).split()
    ratio = SequenceMatcher(None, words, others, autojunk=False).ratio()
    return min(len(words), len(others)) >= _COMPARED_WORDS and ratio >= _LEAST_WORDING


class _Sentence(NamedTuple):
    outlet: str
    text: str
    start: int
    end: int
    tokens: list[Token]
    content: frozenset[str]
    reader: _Reader

    def is_denial(self) -> bool:
        return any(self.reader.denies(self.tokens, index) for index in range(len(self.tokens)))

    def list_denied(self) -> list[int]:
        """Return the indexes of the words that may be what a sentence denies.

        That is the word after “not”, as in “was not warned”, or any word after “denied that”.
        """
        found: list[int] = []
        for index in range(len(self.tokens)):
            found += self.reader.list_denied(self.tokens, index)
        return [index for index in found if self.stem(index)]

    def stem(self, index: int) -> frozenset[str]:
        """Return the stem of a word, or nothing if it does not say what the sentence is about."""
        return self.reader.words.content([self.tokens[index]])

    def read_shared(self, index: int, other: Self) -> str:
        """Return the words in another sentence that are those from ``index``, or nothing."""
        for start in range(len(other.tokens)):
            if other.stem(start) == self.stem(index):
                following = zip(self.tokens[index + 1 :], other.tokens[start + 1 :], strict=False)
                same = list(takewhile(lambda pair: pair[0].is_word and pair[0].word == pair[1].word, following))
                return other.text[other.tokens[start].start : other.tokens[start + len(same)].end]
        return ""


def _least_words(value: str, *, is_in_title: bool) -> int:
    """Return how many words a denial shares with a statement: fewer for a word of the title or a longer phrase."""
    return 2 if is_in_title or len(value.split()) >= _PHRASE_WORDS else 3


def _find_denials(texts: Sequence[OutletText], common: frozenset[str]) -> Iterator[Proposal]:
    """Yield what one short text denies and others state in similar sentences."""
    sentences = [
        _Sentence(text.outlet, text.text[start:end], start, end, tokens, reader.words.content(tokens), reader)
        for text in texts
        if (reader := _load(text.language)) and len(text.text.split()) <= _SHORT_TEXT
        for start, end in reader.words.iter_sentences(text.text)
        if (tokens := tokenize(text.text[start:end]))
    ]
    statements = [sentence for sentence in sentences if not sentence.is_denial()]
    for sentence in sentences:
        found = [
            {
                other.outlet: ProposedCell(other.outlet, other.start, other.end, value)
                for other in reversed(statements)
                if other.outlet != sentence.outlet
                and (value := sentence.read_shared(index, other))
                and len(sentence.content & other.content)
                >= _least_words(value, is_in_title=sentence.stem(index) <= common)
            }
            for index in sentence.list_denied()
        ]
        # After “denied that” several words are shared. The longest phrase says most.
        said = max(found, key=lambda cells: max((len(cell.value) for cell in cells.values()), default=0), default={})
        if said:
            value = max((cell.value for cell in said.values()), key=len)
            denial = ProposedCell(sentence.outlet, sentence.start, sentence.end, value, stance="denies")
            yield Proposal("fact", "", (denial, *said.values()))
