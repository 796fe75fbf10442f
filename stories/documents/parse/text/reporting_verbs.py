"""Recognise the words with which a text attributes a report to somebody."""

from itertools import pairwise

from stories.documents.parse.words.tokens import Token
from stories.documents.parse.words.vocabulary import inflect_verbs, load_words

_BASE_FORMS = load_words("outlets", "verbs")
_SINGULAR, _PAST, _ING_FORMS = inflect_verbs(_BASE_FORMS)
_IRREGULAR = load_words("outlets", "past")
_PASSIVE_PARTICIPLES = _IRREGULAR - frozenset(
    ["told", "shown", "given"]
)  # as in "were kept out"; an outlet that "was told" something reports it
_FOREIGN = load_words("outlets", "foreign")
_OTHER_PAST_FORMS = load_words("outlets", "deeds")
_SAID_OF_THINGS = load_words("outlets", "said_of_things")
_BUSINESS_VERBS = load_words("outlets", "business")
_SINGULAR_OF_PEOPLE, _PAST_OF_PEOPLE, _ = inflect_verbs(load_words("outlets", "human"))
_AUXILIARIES = load_words("outlets", "auxiliaries")
_ADVERBS = load_words("outlets", "adverbs")
_PIECES = load_words("outlets", "pieces")
_WRITERS = load_words("outlets", "writers")
_OF_PIECES = load_words("outlets", "qualities") | _WRITERS
_LINKS = load_words("outlets", "links")
_MODALS = load_words("outlets", "modals")
_OBJECTS = load_words("outlets", "objects") | {'"'}
_NO_VERBS = load_words("outlets", "no_verbs")
_MEDIA = load_words("outlets", "media")
_DAYS = load_words("outlets", "days") - frozenset(["may"])
_MAX_TIME_TOKENS = 4
_TIMES = frozenset(["week", "month", "year", "today", "morning", "noon", "evening", "night", "weekend"])
_BEFORE_TIMES = frozenset(["on", "in", "by", "at", "over", "last", "this", "early", "late", "earlier", "later"])
_COMPARING = load_words("outlets", "comparing")
_DONE_BY_OUTLETS = frozenset(["covered", "reported", "published", "broadcast", "printed", "serialised", "serialized"])
_CLOSING = {",": ",", "—": "—", "(": ")", "[": "]"}
_RELATIVES = frozenset(["who", "which", "that"])
_MAX_ASIDE_TOKENS = 14
_MAX_SUBJECT_TOKENS = 7


def is_reporting_verb(token: Token) -> bool:
    """Return whether a word is a reporting verb in a finite form: "reports", "report", "reported"."""
    if token.has_capital:
        return False
    word = token.folded.removeprefix("و")  # Arabic attaches "and" to the verb
    return word in _SINGULAR or word in _BASE_FORMS or word in _PAST or word in _IRREGULAR or word in _FOREIGN


def is_third_person(token: Token) -> bool:
    """Return whether a word is a reporting verb in the third person singular: "reports"."""
    return token.folded in _SINGULAR


def is_past_form(token: Token) -> bool:
    """Return whether a word is the past form of a reporting verb, as in "reported by"."""
    return token.text.islower() and (token.folded in _PAST or token.folded in _IRREGULAR)


def is_participle(token: Token) -> bool:
    """Return whether a word is a reporting verb in the *-ing* form: "noting"."""
    return token.text.islower() and token.folded in _ING_FORMS


def is_outlet_verb(token: Token) -> bool:
    """Return whether a word is a reporting verb in the third person that is used more of outlets than of people."""
    return token.folded in _SINGULAR and token.folded not in _SINGULAR_OF_PEOPLE


def is_outlet_participle(token: Token) -> bool:
    """Return whether a word is the past participle of a verb used mainly of outlets, as in "covered by …"."""
    return token.folded in _DONE_BY_OUTLETS


def is_auxiliary(token: Token) -> bool:
    """Return whether a word is an auxiliary or modal verb: "has", "was"."""
    return token.folded in _AUXILIARIES or token.folded in _MODALS


def is_piece_noun(token: Token) -> bool:
    """Return whether a word is a noun for a piece of reporting: "article", "coverage"."""
    return token.folded in _PIECES


def is_owned_noun(token: Token) -> bool:
    """Return whether a word is a noun for something outlets own: a piece of reporting, its tone, or its writer."""
    return is_piece_noun(token) or token.folded in _OF_PIECES


def is_writer_noun(token: Token) -> bool:
    """Return whether a word is a noun for people who make pieces of reporting: "reporter", "host"."""
    return token.folded in _WRITERS


def is_outlet_noun(token: Token) -> bool:
    """Return whether a word is a noun for outlets: "paper", "outlets"."""
    return token.folded in _MEDIA


def compares_outlets(tokens: list[Token]) -> bool:
    """Return whether a sentence compares the reports of several outlets: "All sources agree", "Together, …"."""
    return any(token.folded in _COMPARING or (is_outlet_noun(token) and token.folded.endswith("s")) for token in tokens)


def is_time_phrase(rest: list[Token]) -> bool:
    """Return whether the words name the time or the form of a report: "on Monday", "in an editorial"."""
    if len(rest) > _MAX_TIME_TOKENS:
        return False
    return any(token.folded in _DAYS or is_owned_noun(token) or token.folded in _TIMES for token in rest)


def skip_time_phrase(tokens: list[Token]) -> int:
    """Return the position after an opening time phrase, such as "On Monday", "Last week" or "By evening", or 0."""
    if not tokens or tokens[0].folded not in _BEFORE_TIMES:
        return 0
    for index, token in enumerate(tokens[1:_MAX_TIME_TOKENS], start=1):
        if token.folded in _DAYS or token.folded in _TIMES:
            return index + 1 + (index + 1 < len(tokens) and tokens[index + 1].text.isdigit())
    return 0


def is_adverb(token: Token) -> bool:
    """Return whether a word may come between an outlet and its verb."""
    return token.folded in _ADVERBS or (token.text.islower() and token.folded.endswith("ly"))


def find_verb(tokens: list[Token], index: int, *, is_known: bool = False, is_common_word: bool = False) -> Token | None:
    """Return the reporting verb of a subject that ends before ``index``, or None. Skip asides, adverbs and auxiliaries.

    If ``is_known``, the subject is an outlet, and any verb that is not used of firms counts if its form or the next
    word distinguishes it from a noun. If ``is_common_word``, the subject may be a common word ("Time is running
    out"), and only a plain reporting verb counts.
    """
    index = skip_aside(tokens, index)
    has_auxiliary = False
    if is_passive(tokens, index):
        return None
    for position, token in enumerate(tokens[index : index + 6], start=index):
        if is_known and _is_business_verb(tokens, position):
            return None
        if is_common_word and token.folded in _SAID_OF_THINGS:
            return None
        if is_reporting_verb(token) or (has_auxiliary and not is_common_word and token.folded in _ING_FORMS):
            return token
        if is_known and (
            token.folded in _LINKS or _looks_like_verb(tokens, position) or (has_auxiliary and token.folded == "to")
        ):
            return token
        if is_auxiliary(token):
            has_auxiliary = True
        elif not is_adverb(token) and not (has_auxiliary and token.folded in ("on", "to")):
            return None
    return None


def _is_business_verb(tokens: list[Token], index: int) -> bool:
    """Return whether the verb at ``index`` is used of firms: "fired", "has left", but not "opens with a portrait"."""
    if tokens[index].folded in ("has", "have", "had"):
        rest = [token.folded for token in tokens[index + 1 : index + 4] if not is_adverb(token)]
        return rest[:1] != [] and rest[0] in _BUSINESS_VERBS
    following = [token.folded for token in tokens[index + 1 : index + 2]]
    return tokens[index].folded in _BUSINESS_VERBS and following not in (["with"], ["on"], ["in"], ["away"])


def is_passive(tokens: list[Token], index: int) -> bool:
    """Return whether the verb at ``index`` is passive: "was fined", "is criticised by"."""
    if index >= len(tokens) or tokens[index].folded not in _AUXILIARIES:
        return False
    following = tokens[index + 1 : index + 5]
    if tokens[index].folded in ("was", "were") or [token.folded for token in following[:1]] == ["been"]:
        participle = next((token for token in following if token.folded != "been" and not is_adverb(token)), None)
        if participle and (participle.folded.endswith("ed") or participle.folded in _PASSIVE_PARTICIPLES):
            return True
    return any(
        by.folded == "by" and word.folded != "told" and (is_past_form(word) or word.folded.endswith("ed"))
        for word, by in pairwise(following)
    )


def _looks_like_verb(tokens: list[Token], index: int) -> bool:
    """Return whether the word at ``index`` looks like a verb. A word ending in *-s* needs an object: "ranks the …"."""
    token = tokens[index]
    if not token.text.islower() or token.folded in _NO_VERBS or len(token.folded) < 3:
        return False
    has_object = index + 1 < len(tokens) and tokens[index + 1].folded in _OBJECTS
    if token.folded == "broke":  # only "broke the news" counts, not "broke the law"
        return any(word.folded in ("news", "story") for word in tokens[index + 1 : index + 4])
    is_past_form = token.folded.endswith("ed") or token.folded in _OTHER_PAST_FORMS
    return is_past_form or (token.folded.endswith("s") and has_object)


def skip_aside(tokens: list[Token], index: int) -> int:
    """Return the position after an aside at ``index`` between commas, dashes or brackets; otherwise ``index``."""
    if index >= len(tokens) or tokens[index].folded not in _CLOSING:
        return index
    closing = _CLOSING[tokens[index].folded]
    for end in range(index + 2, min(index + _MAX_ASIDE_TOKENS, len(tokens))):
        if tokens[end].folded == closing:
            return end + 1
    return index


def skip_possessive(tokens: list[Token], index: int) -> int:
    """Return the position after the possessive "'s" or "'" at ``index``, or ``index`` if there is none."""
    if index >= len(tokens) or tokens[index].folded != "'" or not index or tokens[index].start != tokens[index - 1].end:
        return index
    if index + 1 < len(tokens) and tokens[index + 1].folded == "s" and tokens[index + 1].start == tokens[index].end:
        return index + 2
    return index + 1 if tokens[index - 1].folded.endswith("s") else index


def find_owned_noun_end(tokens: list[Token], index: int) -> int:
    """Return the position after the first of the next few words that is a noun for something outlets own, or 0."""
    for position in range(index, min(index + _MAX_SUBJECT_TOKENS, len(tokens))):
        token = tokens[position]
        if is_owned_noun(token):
            return position + 1
        if not (token.is_word or token.folded in "-'") or is_reporting_verb(token) or token.folded in _RELATIVES:
            return 0
    return 0


def find_person_end(tokens: list[Token], index: int) -> int:
    """Return the position after one or more names of people, of two to four words each, at ``index``, or 0.

    A phrase such as "in Lisle" after them is skipped as well.
    """
    end_index = 0
    while index < len(tokens):
        position = index
        while position < min(index + 4, len(tokens)) and tokens[position].may_begin_name:
            position += 1
        if position < index + 2:
            break
        end_index, index = position, position + 1
        if end_index == len(tokens) or tokens[end_index].folded not in ("and", ","):
            break
    return skip_place(tokens, end_index)


def skip_place(tokens: list[Token], end_index: int) -> int:
    """Return the position after a phrase such as "in Lisle" at ``end_index``, or ``end_index`` if there is none."""
    if not end_index or end_index >= len(tokens) or tokens[end_index].folded != "in":
        return end_index
    position = end_index + 1
    while position < len(tokens) and tokens[position].may_begin_name:
        position += 1
    return position
