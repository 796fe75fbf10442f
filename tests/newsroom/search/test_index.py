"""The cost of indexing and removing entries; no word of a removed entry remains."""

from dataclasses import replace
from datetime import timedelta
from itertools import count, islice, product
from string import ascii_lowercase
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsroom.search import index
from newsroom.search.index.entries import Entry, TextPart
from newsroom.search.models import Mention, SearchDocument, Spelling, SpeltWord
from tests.newsroom.search.indexing import DAY, NOW, index_page, list_hit_uids, run_search

pytestmark = pytest.mark.django_db


_editions = count(1_000_000)


def make_entries(number, *, words="The pier", text="", updated_at=NOW - DAY):
    """Return up to 676 entries that are not indexed, each for a different page and with a word of its own."""
    return [
        Entry(
            "story", uuid4(), (f"{words} {''.join(letters) * 3}",), language="en", texts=(TextPart(text, "happened"),),
            topics=(uuid4(), uuid4()), edition=next(_editions), updated_at=updated_at, live_from=updated_at,
        )
        for letters in islice(product(ascii_lowercase, repeat=2), number)
    ]  # fmt: skip


def count_queries(action):
    with CaptureQueriesContext(connection) as captured:
        action()
    return len(captured)


def list_spelt_words():
    """Return the words with spellings, and the words that are stored with a document."""
    return set(Spelling.objects.values_list("word", flat=True)), set(SpeltWord.objects.values_list("word", flat=True))


def test_many_entries_are_indexed_ended_and_removed_in_as_many_queries_as_one():
    costs = []
    for number in (1, 9):
        entries = make_entries(number, words=f"Pier of {number}")
        changed = [replace(entry, titles=("The harbour",)) for entry in entries]
        editions = {entry.edition: NOW for entry in entries}
        costs.append(
            [
                count_queries(lambda entries=entries: index.index_entries(entries)),
                count_queries(lambda changed=changed: index.index_entries(changed)),
                count_queries(lambda editions=editions: index.end_editions(editions)),
                count_queries(lambda: index.remove_all_expired(at=NOW)),
            ]
        )
    assert costs[0] == costs[1]
    assert max(costs[0]) <= 22
    assert not SearchDocument.objects.exists()
    assert not Mention.objects.exists()
    assert list_spelt_words() == (set(), set())


def test_the_cost_of_indexing_a_page_does_not_depend_on_the_size_of_the_index():
    def cost(entry):
        return [
            count_queries(lambda: index.index_entry(entry)),
            count_queries(lambda: index.end_edition(entry.edition, at=NOW)),
            count_queries(lambda: index.remove_expired(entry.kind, entry.uid, at=NOW)),
        ]

    before = cost(*make_entries(1, words="A submarine"))
    index.index_entries(make_entries(40, words="A submarine in the harbour"))
    assert len(list_spelt_words()[0]) > 40
    assert cost(*make_entries(1, words="A submarine", updated_at=NOW - 2 * DAY)) <= before


def test_of_several_entries_for_one_edition_the_last_one_counts():
    (entry,) = make_entries(1)
    index.index_entries([entry, replace(entry, titles=("The lorries",))])
    assert (list_hit_uids("pier"), list_hit_uids("lorries")) == ([], [entry.uid])


def test_a_spelling_remains_while_any_page_contains_the_word():
    pages = [index_page("The lorries"), index_page("The lorries of Lisle"), index_page("Ferries")]
    for removed in pages[:2]:
        assert run_search("lorrise").did_you_mean == "lorries"
        index.remove_object(removed.kind, removed.uid)
    assert run_search("lorrise").did_you_mean == ""
    assert list_spelt_words() == ({"ferries"}, {"ferries"})


def test_a_spelling_remains_if_the_next_edition_contains_the_word():
    entry = index_page("The lorries of Lisle")
    index.end_edition(entry.edition, at=NOW)
    index.index_entry(replace(entry, edition=next(_editions), titles=("Lorries",), live_from=NOW, updated_at=NOW))
    index.remove_expired(entry.kind, entry.uid, at=NOW)
    assert list_spelt_words() == ({"lorries"}, {"lorries"})


def test_pages_of_one_moment_have_close_keys_and_cost_a_limited_number_of_queries():
    first = make_entries(30)
    index.index_entries(first)
    more = make_entries(30)
    assert count_queries(lambda: index.index_entries(more)) <= 16
    assert SearchDocument.objects.count() == 60
    assert run_search("pier").total == 60
    later = index_page("The pier", days=1 - timedelta(seconds=2) / DAY)
    assert list_hit_uids("pier", size=1) == [later.uid]


def test_a_page_replaces_its_expired_editions_without_a_search_for_words_that_remain():
    old = index_page("The lorries of Lisle")
    (document,) = index.find_documents([old.uid])
    new = replace(old, edition=next(_editions), titles=("Lorries",), live_from=NOW, updated_at=NOW)
    with CaptureQueriesContext(connection) as captured:
        index.index_entries([new], documents=[document], expired=[document.key])
    searches = [query["sql"] for query in captured if "lorries" in query["sql"] and "FOR KEY SHARE" in query["sql"]]
    assert searches == []
    assert [each.edition for each in index.find_documents([old.uid])] == [new.edition]
    assert list_spelt_words() == ({"lorries"}, {"lorries"})


def test_indexed_documents_are_found_in_one_query(django_assert_num_queries):
    one, other = index_page("One"), index_page("Other")
    with django_assert_num_queries(1):
        found = index.find_documents([one.uid, other.uid, uuid4()])
    assert {(each.kind, each.uid, each.edition) for each in found} == {
        ("story", page.uid, page.edition) for page in (one, other)
    }
