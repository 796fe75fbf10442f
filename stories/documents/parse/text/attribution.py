"""Attribute sentences of *What the papers say* to the outlets that report them."""

from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass

from stories.documents import NamedOutlet
from stories.documents.parse.text.clause import is_common_word_name
from stories.documents.parse.text.outlet_groups import group_mentions
from stories.documents.parse.text.outlet_mentions import Certainty, Mention
from stories.documents.parse.text.roles import CLAUSE_SEPARATORS, GroupRoles
from stories.documents.parse.words.tokens import Token


@dataclass(frozen=True, slots=True)
class Attribution:
    """The outlets that report in a sentence.

    ``is_direct`` is False if they are only the source of its news. ``begins`` is the position at which the clause of
    the first one begins. ``is_attributed`` says that the sentence as a whole is theirs, as in "…, AFP reports".
    ``candidates`` are the names of possible outlets in a sentence that is attributed to none.
    """

    outlets: tuple[NamedOutlet, ...]
    is_direct: bool
    clause_start: int = 0
    is_attributed: bool = False
    candidates: tuple[str, ...] = ()


def attribute_sentence(tokens: list[Token], mentions: list[Mention]) -> Attribution:
    """Return the outlets that report in a sentence, or else those that it names as its source."""
    knows = any(mention.certainty is Certainty.KNOWN for mention in mentions)
    groups = group_mentions(tokens, list(_unquoted(tokens, mentions)))
    roles = [part for group in groups for part in GroupRoles(tokens, group, knows=knows).split_parts()]
    listeners = frozenset(
        mention.first for mention in mentions if mention.certainty in (Certainty.KNOWN, Certainty.LIKELY)
    )
    speaking = {
        role for role in roles if role.tells_other_outlet(listeners)
    }  # "CNN told AFP that …" is reported by AFP
    partings = [place for place, token in enumerate(tokens) if place and token.folded in CLAUSE_SEPARATORS]
    attributing = {role for role in roles if role.is_attributed()}
    # If a part of the sentence is attributed as a whole, its other outlets are in the news: "CNN will move, says AFP".
    governed = {bisect(partings, role.first) for role in attributing}
    direct: list[NamedOutlet] = []
    begins = 0
    is_plain = bool(attributing)
    for role in roles:
        if role in attributing:
            found = role.list_outlets()
        else:
            is_news = bisect(partings, role.first) in governed or role in speaking
            found = [] if is_news else role.list_reporting_outlets(is_first=not direct)
        if found and not direct:
            begins = role.clause_start
        is_plain = is_plain or (bool(found) and role.has_reporting_verb())
        direct += found
    if direct:
        direct += [outlet for role in roles if role.joins_reporters() for outlet in role.list_outlets()]
    direct = list(dict.fromkeys(direct))
    if is_plain:
        return Attribution(tuple(direct), True, begins, is_attributed=bool(attributing))
    # "The BBC apologised, according to AFP": a source that is credited counts before an outlet that only acts.
    for test in (GroupRoles.is_credited,) if direct else (GroupRoles.is_source, GroupRoles.is_spoken_to):
        outlets = [outlet for role in roles if test(role) and role not in speaking for outlet in role.list_outlets()]
        if outlets:
            return Attribution(tuple(dict.fromkeys(outlets)), False)
    if direct:
        return Attribution(tuple(direct), True, begins)
    return Attribution((), False, candidates=_candidates(tokens, mentions, roles))


def _candidates(tokens: list[Token], mentions: list[Mention], roles: list[GroupRoles]) -> tuple[str, ...]:
    """Return the names about which an editor has to decide whether the sentence is theirs."""
    names = [
        mention.outlet.name
        for mention in mentions
        if mention.certainty in (Certainty.KNOWN, Certainty.LIKELY, Certainty.UNCLEAR)
        and not is_common_word_name(tokens[mention.first : mention.end])
    ]
    names += [name for role in roles for name in role.list_possible_names()]
    return tuple(dict.fromkeys(names))


def _unquoted(tokens: list[Token], mentions: list[Mention]) -> Iterator[Mention]:
    """Yield the mentions outside quotations, and those that are all that is quoted."""
    # Nobody reports what is said in a quotation; but a name alone in quotation marks is a name.
    marks = [place for place, token in enumerate(tokens) if token.folded == '"']
    for mention in mentions:
        before = bisect(marks, mention.first)
        is_open = before % 2 and before < len(marks)
        if not is_open or marks[before] - marks[before - 1] - 1 == mention.end - mention.first:
            yield mention
