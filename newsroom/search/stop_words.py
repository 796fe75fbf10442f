"""Words that nearly every page contains, and that by themselves say nothing about what a reader looks for."""

from functools import cache

from newsroom.http.languages import primary_subtag
from newsroom.search.analysis import fold_words
from newsroom.search.query.parse import ParsedQuery

# Without the English words that are also names, such as WHO and IT.
_STOP_WORDS = {
    "ar": "أن أو إلى إن التي الذي ثم ذلك على عن في كان كانت كيف لا لماذا ما مع من هذا هذه هل هو هي و",
    "de": "aber als am an auch auf aus bei das dem den der des die ein eine einem einen einer eines er es für ich ihr im in ist"
    " mit nach nicht oder sie sind und vom von war warum was wer wie wir wo zu zum zur",
    "en": "a an and are as at be been but by for from had has have he her his how i in is its not of on or she so that the"
    " their them they this to was we were what when where which why will with you your",
    "es": "a al como con cómo de del el en era es la las lo los más no o para pero por que qué se son su sus un una unas unos y",
}


def has_only_stop_words(query: ParsedQuery, language: str) -> bool:
    """Return whether the query consists of stop words of this language. A phrase of several words does not."""
    stop_words = _list_stop_words(primary_subtag(language))
    return bool(query) and all(len(phrase) == 1 and phrase[0] in stop_words for phrase in query.phrases)


@cache
def _list_stop_words(language: str) -> frozenset[str]:
    return frozenset(fold_words(_STOP_WORDS.get(language, "")))
