"""What it costs to let pages be found and to forget them, and that no word is left of those that are gone."""

from dataclasses import replace
from datetime import timedelta
from itertools import count
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsroom.search import index
from newsroom.search.index.entries import Entry, TextPart
from newsroom.search.models import Mention, SearchDocument, Spelling, SpeltWord
from tests.newsroom.search.builders import DAY, NOW, found, page, uids

pytestmark = pytest.mark.django_db


_editions = count(1_000_000)


def entries(number, *, words="The pier", text="", begun=NOW - DAY):
    """Return so many entries that are not indexed, each of another page and with a word of its own."""
    return [
        Entry(
            "story", uuid4(), (f"{words} {chr(97 + place) * 5}",), language="en", texts=(TextPart(text, "happened"),),
            topics=(uuid4(), uuid4()), edition=next(_editions), updated_at=begun, live_from=begun,
        )
        for place in range(number)
    ]  # fmt: skip


def queries(do):
    with CaptureQueriesContext(connection) as captured:
        do()
    return len(captured)


def spelt():
    """Return the words that are known by their spelling, and those of which somebody is known to hold them."""
    return set(Spelling.objects.values_list("word", flat=True)), set(SpeltWord.objects.values_list("word", flat=True))


def test_many_are_indexed_ended_and_tidied_in_as_many_queries_as_one():
    costs = []
    for number in (1, 9):
        made = entries(number, words=f"Pier of {number}")
        again = [replace(entry, titles=("The harbour",)) for entry in made]
        editions = {entry.edition: NOW for entry in made}
        pages = [(entry.kind, entry.uid) for entry in made]
        costs.append(
            [
                queries(lambda made=made: index.index_entries(made)),
                queries(lambda again=again: index.index_entries(again)),
                queries(lambda editions=editions: index.end_editions(editions)),
                queries(lambda pages=pages: index.remove_expired_of(pages, at=NOW)),
            ]
        )
    assert costs[0] == costs[1]
    assert max(costs[0]) <= 22
    assert not SearchDocument.objects.exists()
    assert not Mention.objects.exists()
    assert spelt() == (set(), set())


def test_however_much_is_indexed_another_page_costs_the_same():
    def cost(entry):
        return [
            queries(lambda: index.index_entry(entry)),
            queries(lambda: index.end_edition(entry.edition, at=NOW)),
            queries(lambda: index.remove_expired(entry.kind, entry.uid, at=NOW)),
        ]

    before = cost(*entries(1, words="A submarine"))
    index.index_entries(entries(40, words="A submarine in the harbour"))
    assert cost(*entries(1, words="A submarine")) <= before


def test_of_several_for_one_edition_the_last_is_found():
    (entry,) = entries(1)
    index.index_entries([entry, replace(entry, titles=("The lorries",))])
    assert (uids("pier"), uids("lorries")) == ([], [entry.uid])


def test_a_word_stays_known_while_any_page_holds_it():
    pages = [page("The lorries"), page("The lorries of Lisle"), page("Ferries")]
    for gone in pages[:2]:
        assert found("lorrise").did_you_mean == "lorries"
        index.remove_object(gone.kind, gone.uid)
    assert found("lorrise").did_you_mean == ""
    assert spelt() == ({"ferries"}, {"ferries"})


def test_a_word_that_goes_over_into_the_next_edition_stays_known():
    entry = page("The lorries of Lisle")
    index.end_edition(entry.edition, at=NOW)
    index.index_entry(replace(entry, edition=next(_editions), titles=("Lorries",), live_from=NOW, updated_at=NOW))
    index.remove_expired(entry.kind, entry.uid, at=NOW)
    assert spelt() == ({"lorries"}, {"lorries"})


def test_pages_of_one_moment_have_keys_near_it_and_cost_a_known_number_of_queries():
    first = entries(30)
    index.index_entries(first)
    more = entries(30)
    assert queries(lambda: index.index_entries(more)) <= 16
    assert SearchDocument.objects.count() == 60
    assert found("pier").total == 60
    later = page("The pier", days=1 - timedelta(seconds=2) / DAY)
    assert uids("pier", size=1) == [later.uid]


def test_those_that_are_known_are_told_at_once(django_assert_num_queries):
    one, other = page("One"), page("Other")
    strange = ("topic", one.uid)
    with django_assert_num_queries(1):
        known = index.filter_indexed([("story", one.uid), ("story", other.uid), strange, ("story", uuid4())])
    assert known == {("story", one.uid), ("story", other.uid)}
