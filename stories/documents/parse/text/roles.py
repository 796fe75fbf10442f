"""Determine the role of a group of outlets in its sentence: it reports, joins others that report, or is a source."""

from itertools import pairwise, takewhile

from newsroom.text.fold import fold
from stories.documents import NamedOutlet
from stories.documents.parse.text.clause import ClauseContext
from stories.documents.parse.text.outlet_groups import MentionGroup
from stories.documents.parse.text.outlet_mentions import ARTICLES, Certainty, Mention
from stories.documents.parse.text.reporting_verbs import (
    find_owned_noun_end,
    find_verb,
    is_adverb,
    is_outlet_noun,
    is_outlet_participle,
    is_outlet_verb,
    is_owned_noun,
    is_participle,
    is_passive,
    is_past_form,
    is_reporting_verb,
    is_time_phrase,
    is_writer_noun,
    skip_aside,
    skip_possessive,
    skip_time_phrase,
)
from stories.documents.parse.words.tokens import Token
from stories.documents.parse.words.vocabulary import load_words

_JOINERS = load_words("outlets", "joiners")
_STARTS = load_words("outlets", "clause_starts") | {'"'}
_LISTING = frozenset(["like", "including", "as", "namely", "notably", "especially", "particularly"])
_CHANNELS = load_words("outlets", "channels") | load_words("outlets", "broadcasters")
_SPEAKING = load_words("outlets", "speaking")
_PIECE_PREPOSITIONS = frozenset(["from", "by", "in", "of", "for", "at"])
_PREPOSITIONS = load_words("outlets", "prepositions")
_BEFORE_NOUNS = _PREPOSITIONS | {"a", "an", "the"}  # as in "on strike", "the report"
_CREDITING_PHRASES = frozenset([("according", "to"), ("acuerdo", "con"), ("judge", "by"), ("judging", "by")])
_CREDITING = load_words("outlets", "crediting")
_OBJECTS = load_words("outlets", "objects")
CLAUSE_SEPARATORS = frozenset(["while", "whereas", "but", "although", "though", "yet", ";"])
_SUBORDINATING = frozenset(["while", "whereas", "although", "though", "if", "when", "as", "even"])
_CONTINUING_PREPOSITIONS = frozenset(["for", "to", "at", "on", "as", "of"])
_MIN_CLAUSE_TOKENS = 3
_MAX_REFUSAL_TOKENS = 10  # for example "did not at once respond to a request for comment"
_MAX_SHARED_VERB_TOKENS = 5  # for example "the Courier twelve of them."
_AMOUNTS = load_words("outlets", "amounts")
_MAX_LOOKAHEAD = 30  # the maximum number of tokens to read in the rest of a clause
_HELPING = load_words("outlets", "helping")
_FORMS_OF_BE = frozenset(["is", "was", "are", "were"])
_WORDINGS = frozenset(["question", "lesson", "word", "term", "conclusion"])
_PARALLEL_WORDS = frozenset(["as", "so", "neither", "nor"])
_GRADED = frozenset(["more", "most", "less", "least", "one", "only", "first", "alone"])
_REPLIES = load_words("outlets", "replies")
_QUOTING = frozenset(["quotes", "quoted", "cites", "cited"])  # the subject never follows these verbs


class GroupRoles(ClauseContext):
    """The possible roles of a group of mentions; ``has_known_outlet`` is true if the sentence names a known outlet."""

    def __init__(self, tokens: list[Token], group: MentionGroup, *, has_known_outlet: bool) -> None:
        super().__init__(tokens, group)
        self._has_known_outlet = has_known_outlet

    @property
    def first(self) -> int:
        """The position of the group's first word."""
        return self._group.first

    @property
    def clause_start(self) -> int:
        """The position of the first word of the clause in which the group reports."""
        return 0 if self._is_pieces_from() or self._follows_person() else self._boundary + 1

    def list_outlets(self, *, verb: Token | None = None) -> list[NamedOutlet]:
        """Return the outlets of the group: known ones, likely ones, and possible ones in a list with them.

        A possible outlet also counts if ``verb`` is used mainly of outlets, or after "covered by" and the like.
        """
        trusted = any(mention.certainty in (Certainty.KNOWN, Certainty.LIKELY) for mention in self._group.mentions)
        is_list = self._group.is_joined and trusted
        owns = skip_possessive(self._tokens, self._group.end) > self._group.end
        by_verb = verb is not None and is_outlet_verb(verb) and len(self._group.mentions) == 1 and not owns
        return [
            mention.outlet
            for mention in self._group.mentions
            if mention.certainty in (Certainty.KNOWN, Certainty.LIKELY)
            or (mention.certainty is Certainty.POSSIBLE and (is_list or (by_verb and not self._is_person(mention))))
            or (mention.certainty is Certainty.POSSIBLE and self._is_covered_by(mention))
        ]

    def list_reporting_outlets(self, *, is_first: bool) -> list[NamedOutlet]:
        """Return the outlets of the group that report.

        ``is_first`` is true if no earlier group in the sentence reports.
        """
        if self._is_pieces_from():
            return self._list_owners_of_pieces()
        if self._is_label() or self._accompanies() or self._is_explained():
            return self.list_outlets()
        if self._only_denies() or self._is_asked_for_comment():
            return []
        verb = self._find_verb()
        if verb is None:
            return []
        if self._begins_clause(is_first=is_first) or (is_first and is_reporting_verb(verb) and self._follows_time()):
            return self.list_outlets(verb=verb)
        # "A reporter for AFP was hurt" attributes nothing to AFP.
        if not (is_first and self._follows_person() and is_reporting_verb(verb)):
            return []
        is_somewhere = self._word(self._boundary) == "in"  # "Ada Holm in Lisle says …"
        return self.list_outlets(verb=None if is_somewhere else verb)

    def split_parts(self) -> "list[GroupRoles]":
        """Return the group, or two groups if a comma ends an opening phrase within it.

        Examples are "Unlike the Courier, Radio Tessen and AFP say …" and "Citing AFP, CNN reports …". For "CNN, AFP
        reports, will move", only the outlet that reports is returned.
        """
        if self._is_inserted():
            return [GroupRoles(self._tokens, self._group.drop(1), has_known_outlet=self._has_known_outlet)]
        index = self._group.find_main_clause() if self._is_object() and not self._is_pieces_from() else 0
        if not index:
            return [self]
        rest = GroupRoles(self._tokens, self._group.drop(index), has_known_outlet=self._has_known_outlet)
        is_list = any(other > index for other in self._group.joined_indexes)
        if is_list and rest._find_verb() is None:  # "According to Reuters, AFP and CNN, …"
            return [self]
        return [GroupRoles(self._tokens, self._group.take(index), has_known_outlet=self._has_known_outlet), rest]

    def _is_inserted(self) -> bool:
        """Return whether the second of two outlets reports on the first, as in "CNN, AFP reports, will move"."""
        verb, comma = [*self._tokens[self._group.end : self._group.end + 2], None, None][:2]
        is_pair = len(self._group.mentions) == 2 and not self._group.is_joined
        is_reported = verb is not None and comma is not None and is_reporting_verb(verb) and comma.folded == ","
        return is_pair and is_reported and not self._is_object()

    def tells_other_outlet(self, listeners: frozenset[int]) -> bool:
        """Return whether the group tells something to an outlet at one of these positions, as in "told AFP that …"."""
        verb = self._find_verb()
        if verb is None or verb.folded not in ("told", "tells"):
            return False
        index = self._tokens.index(verb) + 1
        return index in listeners or (self._word(index) in ARTICLES and index + 1 in listeners)

    def list_possible_names(self) -> list[str]:
        """Return the unknown names in the position of an outlet: before a reporting verb, or as a source."""
        is_in_position = self.is_source() or (self._begins_clause(is_first=True) and self._find_verb() is not None)
        return [
            mention.outlet.name
            for mention in self._group.mentions
            if is_in_position and mention.certainty is Certainty.POSSIBLE
        ]

    def is_attributed(self) -> bool:
        """Return whether the group's part of the sentence is attributed to it as a whole.

        Examples are "…, AFP reports.", "…, says AFP.", "According to AFP, …", "… is how AFP puts it" and "It is AFP
        that …".
        """
        if not self.list_outlets():
            return False
        return (
            self._reports_preceding()
            or self._follows_verb()
            or self._is_worded_by()
            or self._is_singled_out()
            or (self.is_credited() and self._begins_sentence_part())
        )

    def joins_reporters(self) -> bool:
        """Return whether the group joins outlets that report, without a verb of its own.

        Examples are "As did AFP", "so does AFP", "AFP does too", "like AFP", "; for AFP, …" and "Reuters sees a
        victory; AFP, a defeat".
        """
        if self._opens_sentence_part() and self._boundary > 0:
            return True
        word_before = self._word(self._boundary)
        earlier = self._word(self._boundary - 1)
        if word_before in _HELPING and earlier in _PARALLEL_WORDS:
            return True
        if word_before == "like":
            return self._boundary == 0 or not self._tokens[self._boundary - 1].is_word or earlier in ("much", "just")
        following = [token.folded for token in self._tokens[self._group.end : self._group.end + 2]]
        if len(following) == 2 and following[0] in _HELPING and following[1] in ("too", "likewise", "as"):
            return True
        return self._borrows_verb()

    def _borrows_verb(self) -> bool:
        """Return whether the group shares the verb of the previous clause, as in "…; AFP at fourteen"."""
        mark, end_index = self._word(self._boundary), self._group.end
        if mark not in (";", ",", "and") or len(self._group.mentions) > 1 or self._boundary < _MIN_CLAUSE_TOKENS:
            return False
        rest = list(
            takewhile(
                lambda token: token.folded not in (";", "but"), self._tokens[end_index : end_index + _MAX_LOOKAHEAD]
            )
        )
        if not any(token.is_word for token in rest) or any(map(is_reporting_verb, rest)):
            return False
        if mark == ";":
            return rest[0].folded in (",", *_CONTINUING_PREPOSITIONS)
        if mark == "and":
            return rest[0].folded in ("that", "a", "an")
        if len(rest) <= _MAX_SHARED_VERB_TOKENS and (rest[0].folded in _AMOUNTS or rest[0].text.isdigit()):
            return True  # "AFP counts nine dead, the Courier twelve."
        return rest[0].folded in _CONTINUING_PREPOSITIONS and not any(token.folded == "," for token in rest)

    def _accompanies(self) -> bool:
        """Return whether a participle follows, as in "…, with the Courier noting …" or "… and AFP focusing on …"."""
        word = self._tokens[self._boundary].folded if self._boundary >= 0 else ""
        if word not in ("with", "and", ","):
            return False
        for token in self._tokens[self._group.end : self._group.end + 3]:
            if is_participle(token):
                return True
            if not is_adverb(token):
                return False
        return False

    def _is_explained(self) -> bool:
        """Return whether a relative clause about the group or its piece reports: "AFP's report, which notes …"."""
        end_index = skip_possessive(self._tokens, self._group.end)
        if end_index > self._group.end:
            end_index = find_owned_noun_end(self._tokens, end_index) or end_index
        comma, which = [*self._tokens[end_index : end_index + 2], None, None][:2]
        if comma is None or which is None or comma.folded != "," or which.folded not in ("which", "who"):
            return False
        return find_verb(self._tokens, end_index + 2) is not None

    def has_reporting_verb(self) -> bool:
        """Return whether it is certain that the group reports.

        It is not certain if the verb counts only because it follows a known outlet, as in "The BBC apologised".
        """
        verb = self._find_verb()
        return verb is None or is_reporting_verb(verb) or is_owned_noun(verb) or is_participle(verb)

    def is_credited(self) -> bool:
        """Return whether the sentence has "according to" or "per" before the group, or a similar phrase."""
        words = self._word(self._boundary - 1), self._word(self._boundary)
        following = [token.folded for token in self._tokens[self._group.end : self._group.end + 4]]
        is_believed = words[1] == "if" and following == ["is", "to", "be", "believed"]
        return words in _CREDITING_PHRASES or words[1] in _CREDITING or is_believed or following[:1] == ["zufolge"]

    def is_source(self) -> bool:
        """Return whether the sentence names the group as a source: "according to …", "reported by …", "…, writes …"."""
        boundary = self._boundary
        if self.is_credited():
            return True
        if boundary < 0:
            return skip_possessive(self._tokens, self._group.end) > self._group.end and self._group.first > 0
        token = self._tokens[boundary]
        previous = self._tokens[boundary - 1] if boundary else token
        if self._opens_sentence_part():
            return True
        if token.folded == "by":
            return is_past_form(previous) or is_participle(previous) or is_owned_noun(previous)
        is_piece = self._has_writer() if is_writer_noun(previous) else is_owned_noun(previous)
        is_written = is_reporting_verb(previous) and token.folded not in ("of", "from")
        if token.folded in _PIECE_PREPOSITIONS and (is_piece or is_written or self._is_own_view()):
            return True
        if token.folded == "(" and previous.folded == '"' and self._word(self._group.end) == ")":
            return True
        if token.folded == "from" and previous.folded in ("comes", "come", "came"):
            return True
        return token.folded in ("(", "—") and self._ends_sentence()

    def _has_writer(self) -> bool:
        """Return whether a writer for the group reports something, as in "Ada Holm, a columnist at AFP, calls …"."""
        opening = self._tokens[max(0, self._boundary - 4) : self._boundary]
        is_past_one = any(token.folded in ("former", "formerly", "once", "ex") for token in opening)
        rest = self._tokens[self._group.end - 1 : self._group.end + _MAX_LOOKAHEAD]
        return not (is_past_one or is_passive(self._tokens, self._group.end)) and any(
            is_reporting_verb(token) and previous.folded not in _BEFORE_NOUNS for previous, token in pairwise(rest)
        )

    def _word(self, index: int) -> str:
        """Return the folded word at ``index``, or an empty string outside the sentence."""
        return self._tokens[index].folded if 0 <= index < len(self._tokens) else ""

    def _begins_sentence_part(self) -> bool:
        """Return whether the group is near the start of its part of the sentence, as in "But according to AFP, …"."""
        start = self._boundary - (self._word(self._boundary) in ("to", "con", "by"))
        return start <= 1 or self._word(start - 1) in CLAUSE_SEPARATORS or self._word(self._group.end) == "zufolge"

    def _reports_preceding(self) -> bool:
        """Return whether the group reports the preceding words, as in "…, AFP reports." or "…, as AFP reports, …"."""
        index = self._boundary
        if self._word(index) == "as":
            index -= 1
        is_behind = index > 1 and self._word(index) in (",", '"', "—", "(")
        if not is_behind or (self._word(index) == "," and self._word(0) in _SUBORDINATING):
            return False
        position = self._group.end
        while position < len(self._tokens) and is_adverb(self._tokens[position]):
            position += 1
        if [self._word(position + step) for step in range(3)] == ["wants", "to", "know"]:
            return True
        if (
            position >= len(self._tokens)
            or not is_reporting_verb(self._tokens[position])
            or self._word(position) in _REPLIES
        ):
            return False
        rest = [token for token in self._tokens[position + 1 : position + _MAX_LOOKAHEAD] if token.is_word]
        return (
            not rest
            or (self._word(position + 1) in (",", ")") and self._is_aside(position + 2))
            or is_time_phrase(rest)
        )

    def _is_aside(self, index: int) -> bool:
        """Return whether the words after "…, AFP reports," continue the report rather than begin another clause."""
        return self._boundary > 1 and self._word(index) not in CLAUSE_SEPARATORS

    def _follows_verb(self) -> bool:
        """Return whether the group follows its verb, as in "…, says AFP." or "“Shame!” screams AFP"."""
        boundary = self._boundary
        if boundary < 0 or not self._tokens[boundary].is_word:
            return False
        while boundary > 0 and is_adverb(self._tokens[boundary]):
            boundary -= 1
        if not boundary:
            return is_reporting_verb(self._tokens[0])
        if self._tokens[boundary - 1].is_word and self._word(boundary - 1) not in ("as", "so"):
            return False
        word = self._word(boundary)
        if word in _QUOTING or self._is_object_of_verb():
            return False
        is_loud = self._word(boundary - 1) == '"' and word.endswith(("s", "ed")) and self._ends_sentence()
        return is_reporting_verb(self._tokens[boundary]) or is_loud

    def _is_object_of_verb(self) -> bool:
        """Return whether the group is the object of the verb before it, as in "…, called AFP a disgrace"."""
        following = self._tokens[self._group.end : self._group.end + 1]
        is_free = not following or not following[0].is_word or following[0].folded in (*_PREPOSITIONS, "that")
        return not (is_free or is_adverb(following[0]) or is_owned_noun(following[0]) or is_time_phrase(following))

    def _is_worded_by(self) -> bool:
        """Return whether the sentence quotes the group's wording: "… is how AFP puts it", "In what AFP calls …, …"."""
        earlier, word = self._word(self._boundary - 1), self._word(self._boundary)
        is_wording = word in ("how", "what") and earlier in (*_FORMS_OF_BE, "in")
        is_wording = is_wording or (word in ("that", "which") and earlier in _WORDINGS)
        is_wording = is_wording or (word in _WORDINGS and earlier == "the") or (word == "what" and not self._boundary)
        return is_wording and find_verb(self._tokens, self._group.end, is_known=True) is not None

    def _is_singled_out(self) -> bool:
        """Return whether the sentence singles out the group: "It was AFP that …", "Most critical is AFP: …"."""
        boundary = self._boundary
        end_index = self._word(self._group.end)
        if self._word(boundary) == "to" and end_index == "to":
            return self._word(boundary - 1) in ("left", "up", "falls", "fell")  # "It is left to AFP to ask …"
        if self._word(boundary) == "of" and self._word(boundary - 1) in ("that", "those"):
            boundary -= 2
        if self._word(boundary) not in _FORMS_OF_BE:
            return False
        if self._word(boundary - 1) == "it" and (boundary == 1 or not self._tokens[boundary - 2].is_word):
            return end_index in ("that", "which", "who")
        is_graded = any(
            word.folded in _GRADED or is_outlet_noun(word) or word.folded.endswith("est") for word in self._tokens[:4]
        )
        owned = skip_possessive(self._tokens, self._group.end)
        is_piece = owned > self._group.end and find_owned_noun_end(self._tokens, owned) > 0
        return is_graded and (self._ends_sentence() or is_piece or end_index in (":", ",", "—", "which", "that"))

    def _only_denies(self) -> bool:
        """Return whether the group is only said not to do something, as in "Reuters names him, AFP does not"."""
        end_index = self._group.end
        if self._word(end_index).removesuffix("n") not in _HELPING or self._boundary < 0:  # "doesn't", "hasn't"
            return False
        words = [token.folded for token in self._tokens[end_index + 1 : end_index + 4]]
        rest = words[1:] if words[:1] == ["not"] else words[2:]
        return words[:1] in (["not"], ["'"]) and (not rest or not rest[0].isalnum())

    def _is_asked_for_comment(self) -> bool:
        """Return whether the group was asked for a comment.

        Examples are "AFP declined to comment" and "CNN was not available for comment".
        """
        rest = self._tokens[self._group.end : self._group.end + _MAX_REFUSAL_TOKENS]
        words_after = [token.folded for token in takewhile(lambda token: token.is_word, rest)]
        return any(pair in (("to", "comment"), ("for", "comment")) for pair in pairwise(words_after))

    def _is_object(self) -> bool:
        """Return whether a preposition or a participle, such as "unlike" or "citing", precedes the group."""
        if self._boundary < 0:
            return False
        token = self._tokens[self._boundary]
        return token.folded in _PREPOSITIONS or token.folded in _CREDITING or token.folded.endswith("ing")

    def _opens_sentence_part(self) -> bool:
        """Return whether the group opens a part of the sentence: "For the Courier, …", "; for Ansgar Wire it …"."""
        end_index = self._word(self._group.mentions[0].end)
        start = self._boundary - (self._word(self._boundary - 1) == "over")  # "Over at Morrow Daily, …"
        start -= self._word(start - 1) == "as"  # "As for Le Soir, it …"
        if start > 0 and self._word(start - 1) not in (*CLAUSE_SEPARATORS, "and"):
            return False
        word = self._word(self._boundary)
        is_small = word in ("at", "from", "in", "for", "to", "para", "fur") or (word == "on" and self._is_on_air())
        return is_small and (end_index in (",", "ist", "es") or end_index in _OBJECTS)

    def is_spoken_to(self) -> bool:
        """Return whether somebody speaks to the group, as in "told …" or "in an interview with …"."""
        preceding = self._tokens[max(0, self._boundary - 3) : self._boundary + 1]
        for token in reversed(preceding):
            if token.folded in _SPEAKING:
                return True
            if token.folded == "that" or token.has_capital:
                return False
        return False

    def _is_covered_by(self, mention: Mention) -> bool:
        """Return whether the name follows "covered by" or the like and is probably not the name of a person."""
        is_covered = self._word(self._boundary) == "by" and is_outlet_participle(self._tokens[self._boundary - 1])
        # Most names of people have two words.
        return is_covered and len(mention.outlet.name.split()) != len(["Ada", "Holm"])

    def _is_person(self, mention: Mention) -> bool:
        """Return whether an unknown name is probably a person's: it has several words, and a known outlet is named."""
        return self._has_known_outlet and " " in mention.outlet.name

    def _list_owners_of_pieces(self) -> list[NamedOutlet]:
        """Return the outlets whose pieces are the subject of the sentence."""
        # Unknown names after "by" are names of people.
        by = self._boundary >= 0 and self._tokens[self._boundary].folded == "by"
        if by or self._has_known_outlet or not self._group.is_joined:
            return self.list_outlets()
        return [mention.outlet for mention in self._group.mentions if mention.certainty is not Certainty.NONE]

    def _begins_clause(self, *, is_first: bool) -> bool:
        if self._boundary < 0:
            return True
        token = self._tokens[self._boundary]
        if token.folded in _JOINERS:
            return True
        if token.folded == "," or (token.folded == "in" and self._tokens[self._boundary + 1].text.isdigit()):
            return True
        if not is_first:
            return False
        is_opened = (
            is_owned_noun(token) and self._tokens[0].folded in _PREPOSITIONS
        )  # "In its leader the Courier asks …"
        return is_opened or token.folded in _STARTS or not token.is_word or self._is_listed()

    def _follows_time(self) -> bool:
        """Return whether only a time phrase precedes the group, as in "On Monday the Courier reported …"."""
        return self._boundary < skip_time_phrase(self._tokens) <= self._group.first

    def _is_listed(self) -> bool:
        """Return whether the group lists examples of outlets, as in "outlets such as …" or "papers including …"."""
        if self._tokens[self._boundary].folded not in _LISTING:
            return False
        tokens_before = self._tokens[max(0, self._boundary - 3) : self._boundary]
        return any(is_outlet_noun(token) or token.folded == "ones" for token in tokens_before)

    def _is_pieces_from(self) -> bool:
        """Return whether pieces by the group are the subject: "The articles from …", "those by …", "sources like …"."""
        boundary = self._boundary
        if boundary < 1:
            return False
        token, previous = self._tokens[boundary], self._tokens[boundary - 1]
        if token.folded in _LISTING:
            return self._is_listed() and self._opens_clause(boundary - 1)
        if is_writer_noun(previous):
            verb = self._find_verb()  # an outlet's staff can be the news: "Journalists at AFP went on strike"
            return (
                token.folded in _PIECE_PREPOSITIONS
                and self._opens_clause(boundary - 1)
                and verb is not None
                and is_reporting_verb(verb)
            )
        # A report "on Radio Tessen" was broadcast by the station; it is not about the station.
        is_broadcast = token.folded == "on" and self._is_on_air()
        is_letter = token.folded == "to" and previous.folded in ("letter", "letters")
        if token.folded not in _PIECE_PREPOSITIONS and not is_broadcast and not is_letter:
            return False
        is_subject = is_owned_noun(previous) or is_outlet_noun(previous) or previous.folded in ("those", "that", "ones")
        return is_subject and self._opens_clause(boundary - 1)

    def _is_on_air(self) -> bool:
        """Return whether all outlets of the group are broadcasters by name."""
        names = [mention.outlet.name for mention in self._group.mentions]
        return all(not _CHANNELS.isdisjoint(fold(name).split()) for name in names)

    def _is_own_view(self) -> bool:
        """Return whether a noun such as "view" follows the group's possessive, as in "in Reuters' view"."""
        owned = skip_possessive(self._tokens, self._group.end)
        return owned > self._group.end and find_owned_noun_end(self._tokens, owned) > 0

    def _is_label(self) -> bool:
        """Return whether the group is a label before its report, as in "Reuters: …" or "A, B, C — …"."""
        end_index = self._group.end
        if self._group.first > 1 or end_index + 1 >= len(self._tokens) or self._boundary >= 0:
            return False
        return self._tokens[end_index].folded in (":", "—") and skip_aside(self._tokens, end_index) == end_index
