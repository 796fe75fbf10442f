"""Generate sentences and names: plain English about invented places, the same for the same random numbers."""

from collections.abc import Sequence
from random import Random

MAX_HEADLINE_LENGTH = 110  # characters

_ONSETS = (
    "b", "br", "c", "cl", "d", "dr", "f", "fl", "g", "gr", "h", "j", "k", "kr", "l", "m", "n", "p", "pr", "qu",
    "r", "s", "st", "t", "tr", "v", "w", "z",
)  # fmt: skip
_VOWELS = (
    "a", "e", "i", "o", "u", "ai", "ea", "ei", "ou",
)  # fmt: skip
_CODAS = (
    "l", "ld", "lm", "m", "n", "nd", "nt", "r", "rk", "rn", "rt", "s", "st", "th", "x",
)  # fmt: skip
_PLACE_ENDINGS = (
    "bridge", "burn", "field", "ford", "gate", "ham", "haven", "ley", "mere", "minster", "mouth", "port",
    "stead", "ton", "wick",
)  # fmt: skip
_FAMILY_ENDINGS = (
    "aro", "berg", "by", "dell", "ek", "ell", "eno", "er", "ian", "ic", "ini", "man", "off", "oto", "sen",
    "ska", "son", "well",
)  # fmt: skip
_GIVEN_NAMES = (
    "Adaeze", "Agnes", "Alma", "Anton", "Asha", "Bela", "Bruno", "Carys", "Celia", "Dara", "Edith", "Elif",
    "Emre", "Farida", "Felix", "Greta", "Hana", "Hugo", "Ida", "Ines", "Ivo", "Jonah", "Judith", "Kai", "Karim",
    "Lena", "Leo", "Lucia", "Maeve", "Malik", "Marta", "Milo", "Mira", "Nadia", "Noor", "Olga", "Omar", "Paula",
    "Petra", "Quentin", "Rafael", "Ravi", "Rosa", "Ruth", "Samir", "Sofia", "Tariq", "Thea", "Ugo", "Vera",
    "Viktor", "Wanda", "Yara", "Yusuf", "Zeno", "Zoe",
)  # fmt: skip
_BODIES = (
    "audit office", "building inspectorate", "city council", "coast guard", "county court", "drainage board",
    "education authority", "energy regulator", "farmers’ union", "fire service", "fisheries ministry", "health board",
    "harbour company", "housing association", "labour court", "land registry", "meteorological service", "museum trust",
    "national bank", "police federation", "port authority", "rail operator", "road agency", "school inspectorate",
    "state prosecutor", "tax office", "teachers’ union", "transport ministry", "university senate", "water company",
)  # fmt: skip
_SUBJECTS = (
    "annual accounts", "bridge", "budget", "bus contract", "bypass", "census", "clinic", "coastal path", "dam",
    "emergency plan", "ferry", "fish quota", "flood wall", "fuel levy", "hospital roof", "housing list", "library",
    "licence", "market hall", "mine", "night train", "observatory", "pension fund", "power line", "quarry", "radio mast",
    "railway yard", "reservoir", "rescue boat", "rota", "sale of land", "school building", "sea lock", "sewage works",
    "signal box", "storm drain", "swimming pool", "tariff", "timetable", "toll road", "town archive", "tram", "tunnel",
    "turbine", "vaccine store", "warehouse", "water main", "weather station", "wharf", "wind farm",
)  # fmt: skip
_PARTICIPLES = (
    "approved", "cancelled", "counted", "delayed", "examined", "extended", "insured", "inspected", "leased", "measured",
    "mortgaged", "moved", "opened", "paid for", "planned", "postponed", "promised", "questioned", "rebuilt", "refused",
    "repaired", "replaced", "reported", "sold", "surveyed", "suspended", "tested", "transferred", "valued", "withdrawn",
)  # fmt: skip
_TIMES = (
    "in the spring", "last autumn", "before the winter", "on Monday night", "early on Thursday", "over four months",
    "within a week", "two years ago", "at the end of June", "during the strike", "after the storm", "by midday",
)  # fmt: skip
_MANNERS = (
    "quietly", "openly", "twice", "without a vote", "by a margin of three", "under protest", "in writing", "by hand",
    "at short notice", "after a long hearing", "behind closed doors", "against advice",
)  # fmt: skip
_REASONS = (
    "nobody had asked who would pay", "the figures had been taken from another year", "a letter lay unopened for weeks",
    "the contract named the wrong street", "two departments each thought the other responsible",
    "the cheaper of three offers had come too late", "the engineers had warned of frost",
    "the lease ran out a year earlier than everybody remembered", "an older promise stood in the way",
    "the insurer asked for a second opinion", "the vote had been counted by telephone",
)  # fmt: skip
_SENTENCES = (
    "The {body} of {place} {deed} the {thing} {time}, {manner}.",
    "{person}, who speaks for the {body}, says that the {thing} was {deed} because {reason}.",
    "Of {number} people who live near the {thing} in {place}, {few} have been told what happens next.",
    "A report of {number} pages, {deed} {time}, describes how the {thing} came to be {deed2} {manner}.",
    "What it costs is disputed: the {body} speaks of {money} million crowns, the {body2} of nearly twice as much.",
    "When the {thing} was {deed} {time}, {reason}, and the {body} had to begin again.",
    "{person} kept a diary of the months in which the {thing} was {deed}, and read from it at the hearing.",
    "The rule that the {body} relied on dates from {year}, when {place} had a quarter of the people it has today.",
    "Nobody disputes that the {thing} had to be {deed}; the quarrel is about who knew of it {time}.",
    "For the families in {place} it means a longer way to school and {number} fewer places for their children.",
    "“We were never asked,” says {person}, whose house stands {few} metres from the {thing}.",
    "Experts at the {body2} compared it with {place2}, where a {thing} was {deed} {manner} in {year}.",
    "The money was meant for the {thing2}, which now has to wait until the {body} has found {money} million crowns.",
    "Only after {person} went to the {body2} were the papers {deed} and the {thing} looked at again.",
    "In {place2} the same {thing} has stood since {year}, and {reason} there too.",
    "The {body} answered {few} of {number} questions that were put to it and left the others for the court.",
    "Since then the {thing} has been {deed} {few} times, most recently {time}.",
    "That the {body2} would object was known; that it would do so {manner} surprised even {person}.",
)
_HEADLINES = (
    "Why the {thing} of {home} was {deed} {time}",
    "How {home} came to have its {thing} {deed} {manner}",
    "Who pays once the {thing} of {home} is {deed}",
    "{home} and the {thing} that was {deed} {time}",
    "The {body} of {home}, and what it {deed} {time}",
    "What {person} knew of the {thing} of {home}",
)
_QUESTIONS = (
    "Who will pay for the {thing} of {home} if {hero} is right?",
    "Why does {home} still argue with {hero} about its {thing}?",
    "What did {hero} promise the people of {home} about the {thing}?",
    "Could the {thing} of {home} fail again, as {hero} fears?",
    "How long must {home} wait for the {thing} that {hero} ordered?",
)


class TextGenerator:
    """A generator of the texts of a story or question: sentences about a few places and people.

    The first place and the first person almost always belong to this story or question only, because there are so many
    possible names. The others also appear elsewhere.
    """

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._slots = _Slots(rng)

    def make_sentence(self) -> str:
        return self._fill_pattern(_SENTENCES)

    def make_distinct_sentences(self, count: int) -> list[str]:
        """Return ``count`` sentences, each with a different pattern."""
        return [pattern.format_map(self._slots) for pattern in self._rng.sample(_SENTENCES, count)]

    def make_paragraph(self, sentences: int) -> str:
        """Return a paragraph of this many sentences."""
        return " ".join(self.make_sentence() for _ in range(sentences))

    def make_headline(self) -> str:
        """Return a headline of at most ``MAX_HEADLINE_LENGTH`` characters that names the first place."""
        while len(words := self._fill_pattern(_HEADLINES)) > MAX_HEADLINE_LENGTH:
            continue
        return words

    def make_questions(self, count: int) -> list[str]:
        """Return ``count`` questions that have too few words in common with other stories' questions to be similar."""
        return [pattern.format_map(self._slots) for pattern in self._rng.sample(_QUESTIONS, count)]

    def choose_person(self) -> str:
        """Return the name of one of the people."""
        return self._slots["person"]

    def _fill_pattern(self, patterns: Sequence[str]) -> str:
        return self._rng.choice(patterns).format_map(self._slots)


_WORDS = {
    "body": _BODIES,
    "thing": _SUBJECTS,
    "deed": _PARTICIPLES,
    "time": _TIMES,
    "manner": _MANNERS,
    "reason": _REASONS,
}


def make_place_name(rng: Random) -> str:
    """Return the name of a place."""
    return _syllable(rng).capitalize() + _syllable(rng) + rng.choice(_PLACE_ENDINGS)


def make_person_name(rng: Random) -> str:
    """Return the full name of a person."""
    return f"{rng.choice(_GIVEN_NAMES)} {_syllable(rng).capitalize()}{_syllable(rng)}{rng.choice(_FAMILY_ENDINGS)}"


def choose_institution(rng: Random) -> str:
    """Return the name of an office or a company, in the form used within a sentence."""
    return rng.choice(_BODIES)


def _syllable(rng: Random) -> str:
    return rng.choice(_ONSETS) + rng.choice(_VOWELS) + rng.choice(_CODAS)


class _Slots(dict[str, str]):
    """A mapping that provides a value for each slot of a pattern on demand; places and people come from a small set."""

    def __init__(self, rng: Random) -> None:
        super().__init__()
        self._rng = rng
        self._places = [
            make_place_name(rng),
            *(make_place_name(_choose_recurring("place", rng, 1_500)) for _ in range(2)),
        ]
        self._people = [
            make_person_name(rng),
            *(make_person_name(_choose_recurring("person", rng, 4_000)) for _ in range(3)),
        ]

    def __missing__(self, slot: str) -> str:
        rng = self._rng
        match slot.rstrip("2"):
            case "home":
                return self._places[0]
            case "hero":
                return self._people[0]
            case "place":
                return rng.choice(self._places)
            case "person":
                return rng.choice(self._people)
            case "number":
                return str(rng.randint(40, 9_000))
            case "few":
                return str(rng.randint(3, 39))
            case "money":
                return f"{rng.randint(11, 990) / 10}"
            case "year":
                return str(rng.randint(1890, 2019))
            case name:
                return rng.choice(_WORDS[name])


def _choose_recurring(kind: str, rng: Random, count: int) -> Random:
    """Return a random number generator for one of ``count`` recurring names. The first names recur most often."""
    return Random(f"{kind} {int(count * rng.random() ** 2)}")  # noqa: S311  # not used for secrets
