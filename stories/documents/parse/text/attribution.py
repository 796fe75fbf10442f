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

    ``is_direct`` is False if there are none, or if the sentence only credits them as its source. ``clause_start`` is
    the position at which the clause of the first outlet begins. ``is_attributed`` is true if the whole sentence is
    attributed to them, as in "…, AFP reports". ``candidates`` are the names of possible outlets in a sentence without
    attribution.
    """

    outlets: tuple[NamedOutlet, ...]
    is_direct: bool
    clause_start: int = 0
    is_attributed: bool = False
    candidates: tuple[str, ...] = ()


def attribute_sentence(tokens: list[Token], mentions: list[Mention]) -> Attribution:
    """Return the outlets that certainly report in a sentence.

    Without such outlets, return the sources that the sentence credits, or else the outlets that may report.
    """
    has_known_outlet = any(mention.certainty is Certainty.KNOWN for mention in mentions)
    groups = group_mentions(tokens, list(_iter_unquoted(tokens, mentions)))
    roles = [
        part for group in groups for part in GroupRoles(tokens, group, has_known_outlet=has_known_outlet).split_parts()
    ]
    listeners = frozenset(
        mention.first for mention in mentions if mention.certainty in (Certainty.KNOWN, Certainty.LIKELY)
    )
    # In "CNN told AFP that …", the outlet that reports is AFP.
    roles_telling_outlets = {role for role in roles if role.tells_other_outlet(listeners)}
    separators = [index for index, token in enumerate(tokens) if index and token.folded in CLAUSE_SEPARATORS]
    attributing = {role for role in roles if role.is_attributed()}
    # If a part of the sentence is attributed as a whole, other outlets in it do not report: "CNN will move, says AFP".
    attributed_parts = {bisect(separators, role.first) for role in attributing}
    direct: list[NamedOutlet] = []
    clause_start = 0
    is_certain = bool(attributing)
    for role in roles:
        if role in attributing:
            outlets_of_role = role.list_outlets()
        else:
            is_news = bisect(separators, role.first) in attributed_parts or role in roles_telling_outlets
            outlets_of_role = [] if is_news else role.list_reporting_outlets(is_first=not direct)
        if outlets_of_role and not direct:
            clause_start = role.clause_start
        is_certain = is_certain or (bool(outlets_of_role) and role.has_reporting_verb())
        direct += outlets_of_role
    if direct:
        direct += [outlet for role in roles if role.joins_reporters() for outlet in role.list_outlets()]
    direct = list(dict.fromkeys(direct))
    if is_certain:
        return Attribution(tuple(direct), True, clause_start, is_attributed=bool(attributing))
    # "The BBC apologised, according to AFP": a credited source takes precedence over an outlet that only acts.
    for is_reporter in (GroupRoles.is_credited,) if direct else (GroupRoles.is_source, GroupRoles.is_spoken_to):
        outlets = [
            outlet
            for role in roles
            if is_reporter(role) and role not in roles_telling_outlets
            for outlet in role.list_outlets()
        ]
        if outlets:
            return Attribution(tuple(dict.fromkeys(outlets)), False)
    if direct:
        return Attribution(tuple(direct), True, clause_start)
    return Attribution((), False, candidates=_candidates(tokens, mentions, roles))


def _candidates(tokens: list[Token], mentions: list[Mention], roles: list[GroupRoles]) -> tuple[str, ...]:
    """Return the names of outlets to which the sentence may be attributed, for an editor to choose from."""
    names = [
        mention.outlet.name
        for mention in mentions
        if mention.certainty in (Certainty.KNOWN, Certainty.LIKELY, Certainty.UNCLEAR)
        and not is_common_word_name(tokens[mention.first : mention.end])
    ]
    names += [name for role in roles for name in role.list_possible_names()]
    return tuple(dict.fromkeys(names))


def _iter_unquoted(tokens: list[Token], mentions: list[Mention]) -> Iterator[Mention]:
    """Yield the mentions outside quotations, and mentions that are a whole quotation."""
    # An outlet named inside a quotation does not report it. A name that is the whole quotation is an ordinary mention.
    marks = [index for index, token in enumerate(tokens) if token.folded == '"']
    for mention in mentions:
        mark_count = bisect(marks, mention.first)
        is_open = mark_count % 2 and mark_count < len(marks)
        if not is_open or marks[mark_count] - marks[mark_count - 1] - 1 == mention.end - mention.first:
            yield mention
