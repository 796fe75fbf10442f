"""Searching indexed entries, with the same results on both databases."""

from datetime import timedelta
from uuid import uuid4

import pytest

from newsroom.search import index
from newsroom.search.counts import count_by_filter, count_by_section
from newsroom.search.index.entries import TextPart
from newsroom.search.models import SearchDocument, Spelling
from newsroom.search.query.parse import ParsedQuery
from newsroom.search.suggest import suggest
from tests.newsroom.search.indexing import DAY, NOW, index_name, index_page, list_hit_uids, run_search

pytestmark = pytest.mark.django_db

HOSTILE = [
    '"', "'", "''", '"a', "a'b\\'c", "\\", "a\\", "NEAR(pier lisle)", "AND", "pier AND", "NOT pier", "*", "pier*", "^pier",
    "words:pier", "{words}:pier", "-", "- pier", "--pier", "%s %(a)s", "a:b & !c | <-> d:*", "$$", ";--", "\ud800", "\x00",
    "x" * 10_000, "pier " * 2_000, "½ ² ⅷ", "\u0640", "\u202e", "a¦b c·d ¶", "title·pier", "(", ")))", "🚢", "ﷺ" * 60,
]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "text", "queries"),
    [
        ("en", "Lorries were weighed at the bridges.", ["lorry", "LORRIES", "weigh bridge", '"weighed at the bridge"']),
        ("de", "Die Brücken über den Fluß wurden geschlossen.", ["Brücke", "brucken", "FLUSS", '"die brücken über"']),
        ("de", "Die Häuser am Hafen.", ["Haus", "häuser", "Hafens"]),
        ("es", "Las organizaciones del puerto cerraron.", ["organización", "organizacion", "puertos", '"del puerto"']),
        (
            "ar",
            "أُغلقت المِيناء أمـام الشاحنات إلى المستشفى",
            ["ميناء", "الميناء", "أمام", "امام", "شاحنات", "شاحنة", "للشاحنات", "المستشفي"],
        ),
        ("ja", "港口の橋は閉鎖された。", ["港口", "橋", '"の橋"']),
        ("xx", "Qanik nutaq.", ["nutaq", "QANIK"]),
    ],
)
def test_a_word_is_found_in_all_forms_of_its_language(language, text, queries):
    entry = index_page("A title", text=text, language=language)
    index_page("Another title", text="Nothing of it.", language="en")
    assert {query: list_hit_uids(query) for query in queries} == {query: [entry.uid] for query in queries}


def test_every_word_must_occur():
    both = index_page("The pier", text="A ferry.")
    index_page("The pier", text="A bridge.")
    assert list_hit_uids("pier ferry") == [both.uid]


def test_a_phrase_matches_adjacent_words_in_one_field():
    entry = index_page("The north pier", text="closed to lorries")
    index_page("A pier in the north", text="lorries closed")
    assert list_hit_uids('"north pier"') == list_hit_uids('"closed to lorries"') == [entry.uid]
    assert list_hit_uids('"pier closed"') == []


def test_a_page_with_an_excluded_word_is_left_out():
    entry = index_page("The pier", text="A ferry.")
    index_page("The pier", text="Heavy lorries.")
    assert list_hit_uids("pier -lorry") == list_hit_uids('pier -"heavy lorries"') == [entry.uid]


def test_a_more_prominent_field_comes_first():
    fields = [
        index_page("Otherwise", names=("The pier",)),
        index_page("Otherwise", text="The pier."),
        index_page("Otherwise", headings=(TextPart("The pier"),)),
        index_page("Otherwise", summary="The pier."),
        index_page("The pier"),
    ]
    assert list_hit_uids("pier") == [entry.uid for entry in reversed(fields)]


def test_among_equal_pages_the_newest_comes_first():
    old, new = index_page("The pier", days=300), index_page("The pier", days=3)
    assert list_hit_uids("pier") == [new.uid, old.uid]


def test_age_outweighs_a_field_after_years():
    old, new = index_page("The pier", days=12 * 365), index_page("Otherwise", text="The pier.")
    assert list_hit_uids("pier") == [new.uid, old.uid]


def test_an_exact_name_comes_before_pages_that_contain_it():
    topic = index_name("topic", "Port Lisle", "Lisle harbour")
    story = index_page("What Port Lisle decides", topics=(topic.uid,))
    assert list_hit_uids("port lisle") == list_hit_uids("lisle") == [topic.uid, story.uid]
    assert list_hit_uids("harbour") == [topic.uid]


def test_a_topic_is_found_only_while_a_live_page_names_it():
    topic = index_name("topic", "Port Lisle")
    index_page("A title", topics=(topic.uid,), live_from=NOW, live_until=NOW + DAY)
    assert [list_hit_uids("lisle", at=at) for at in (NOW - DAY / 2, NOW, NOW + DAY)] == [[], [topic.uid], []]


def test_a_page_is_found_from_the_start_of_its_span_until_just_before_the_end():
    entry = index_page("The pier", live_from=NOW, live_until=NOW + DAY)
    moments = [NOW - timedelta(microseconds=1), NOW, NOW + DAY - timedelta(microseconds=1), NOW + DAY]
    assert [list_hit_uids("pier", at=at) for at in moments] == [[], [entry.uid], [entry.uid], []]


def test_a_language_is_used_only_while_it_has_a_live_page():
    index_page("Die Häuser", language="de", live_from=NOW + DAY)
    index_page("The Haus")
    assert list_hit_uids("häuser") == []
    assert len(list_hit_uids("häuser", at=NOW + DAY)) == 2


def test_filters_limit_the_results():
    topic, outlet = uuid4(), uuid4()
    first = index_page("One", text="The pier.", section="happened", topics=(topic,), days=30)
    second = index_page("Two", text="The pier.", section="behind", outlets=(outlet,), days=3)
    third = index_page("Three", text="The pier.", kind="question", section="")
    assert list_hit_uids("pier", topic=topic) == list_hit_uids("pier", section="happened") == [first.uid]
    assert list_hit_uids("pier", outlet=outlet) == list_hit_uids("pier", section="behind") == [second.uid]
    assert list_hit_uids("pier", kinds=frozenset({"question"})) == [third.uid]
    assert list_hit_uids("pier", until=(NOW - 30 * DAY).date()) == [first.uid]
    assert list_hit_uids("pier", since=(NOW - 3 * DAY).date(), until=(NOW - 2 * DAY).date()) == [second.uid]
    assert list_hit_uids("one", section="happened") == []


def test_topics_and_outlets_are_filtered_only_by_kind():
    topic, outlet = index_name("topic", "Lisle"), index_name("source", "Lisle Courier")
    index_page("Lisle", topics=(topic.uid,), outlets=(outlet.uid,))
    assert list_hit_uids("lisle", kinds=frozenset({"topic"})) == [topic.uid]
    assert list_hit_uids("lisle", kinds=frozenset({"topic", "source"})) == [topic.uid, outlet.uid]
    assert len(list_hit_uids("lisle", since=(NOW - 9 * DAY).date())) == 1


def test_results_are_counted_for_each_filter_value():
    topic = index_name("topic", "Lisle")
    index_page("One", text="The pier.", section="happened", topics=(topic.uid,))
    index_page("Two", text="The pier.", section="behind", topics=(topic.uid,))
    index_page("Three", text="The pier.", kind="question", section="", topics=(topic.uid, uuid4()))
    numbers = count_by_filter(run_search("pier"))
    sections = count_by_section(run_search("pier"), ("happened", "behind", "papers"))
    assert [(count.value, count.number) for count in numbers.kinds] == [("story", 2), ("question", 1)]
    assert (numbers.topics[0].value, numbers.topics[0].number, numbers.topics[0].is_capped) == (
        str(topic.uid),
        3,
        False,
    )
    assert {(count.value, count.number) for count in sections} == {("happened", 1), ("behind", 1)}


def test_counts_above_the_limit_are_marked_as_capped(monkeypatch):
    monkeypatch.setattr("newsroom.search.search.MAX_NEWEST", 3)
    pages = [index_page("Otherwise", text="The pier.", days=day) for day in range(1, 5)]
    old = index_page("The pier", days=100)
    results = run_search("pier", size=2)
    assert (results.total, results.total_is_capped, results.has_more) == (3, True, True)
    assert [hit.uid for hit in results.hits] == [old.uid, pages[0].uid]
    assert [count.is_capped for count in count_by_filter(results).kinds] == [True]


def test_pages_of_results_are_consecutive():
    entries = [index_page("The pier", days=day) for day in range(1, 6)]
    listed = [list_hit_uids("pier", page=number, size=2) for number in (1, 2, 3, 4)]
    assert [uid for part in listed for uid in part] == [entry.uid for entry in entries]
    assert run_search("pier", page=3, size=2).has_more is False


def test_a_misspelt_word_is_corrected_if_nothing_is_found():
    entry = index_page("The northern lorries", text="Brücken and puertos.")
    for misspelt, corrected in {
        "lorrise": "lorries", "lories": "lorries", "lorrries": "lorries", "norhtern lorrues": "northern lorries",
        "brückenn": "brücken", "purtos": "puertos",
    }.items():  # fmt: skip
        results = run_search(misspelt)
        assert (results.did_you_mean, [hit.uid for hit in results.hits]) == (corrected, [entry.uid]), misspelt


def test_only_words_of_live_pages_are_suggested():
    index_page("The lorries", live_from=NOW + DAY)
    index_page("The ferries", live_until=NOW)
    index_page("The lorry", text="A ferry.")
    for misspelt in ("lorriess", "ferriess"):
        assert (run_search(misspelt).did_you_mean, run_search(misspelt).total) == ("", 0)
    assert run_search("lorriess", at=NOW + DAY).did_you_mean == "lorries"


def test_among_equally_similar_words_the_most_frequent_is_suggested():
    index_page("Temen")
    for _ in range(2):
        index_page("Tessen")
    assert run_search("tesen").did_you_mean == "tessen"


def test_a_correction_must_occur_with_the_other_words():
    index_page("Temen")
    index_page("Temen, twice")
    entry = index_page("Tessen", text="The strike of the railways.")
    for misspelt, corrected in {"tesen strike": "tessen strike", "tesen railwys": "tessen railways"}.items():
        results = run_search(misspelt)
        assert (results.did_you_mean, [hit.uid for hit in results.hits]) == (corrected, [entry.uid])
    assert run_search("tesen", section="behind").total == 0


def test_words_of_scheduled_and_past_editions_do_not_affect_suggestions():
    index_page("Temen")
    index_page("Teten", text="A strike.")
    index_page("Teten")
    before = [run_search(query).did_you_mean for query in ("tesen", "tesen strike")]
    for number in range(3):
        index_page("Temen strike", text=" ".join(f"te{letter}en" for letter in "abcdfghijk"), live_from=NOW + DAY)
        index_page("Temen strike", live_until=NOW - number * DAY / 2)
    assert (
        [run_search(query).did_you_mean for query in ("tesen", "tesen strike")] == before == ["teten", "teten strike"]
    )
    assert run_search("tesen", at=NOW + DAY).did_you_mean == "temen"


def test_a_query_with_results_is_not_corrected():
    index_page("The lorries")
    entry = index_page("The lorrise")
    results = run_search("lorrise")
    assert (results.did_you_mean, [hit.uid for hit in results.hits]) == ("", [entry.uid])


def test_suggestions_complete_the_typed_words():
    topic = index_name("topic", "Northern Line")
    story = index_page("The north pier of Lisle", text="Something else.", topics=(topic.uid,))
    index_page("The north pier, later", live_from=NOW + DAY)
    assert [hit.uid for hit in suggest("nor", at=NOW)] == [topic.uid, story.uid]
    assert [hit.uid for hit in suggest("Piers of li", at=NOW)] == [story.uid]
    assert suggest("n", at=NOW) == suggest("else", at=NOW) == suggest("later", at=NOW) == suggest("", at=NOW) == []


@pytest.mark.parametrize("query", HOSTILE)
def test_no_query_raises_an_error(query):
    index_page("The pier", text="NEAR Lisle AND NOT words")
    run_search(query)
    suggest(query, at=NOW)


def test_a_search_makes_a_limited_number_of_queries(django_assert_max_num_queries, monkeypatch):
    monkeypatch.setattr("newsroom.search.search.MAX_NEWEST", 3)
    for day in range(1, 6):
        index_page("The pier", days=day)
    for query, max_queries in {"pier": 7, "peir": 13, "ferry": 7, "": 1}.items():
        with django_assert_max_num_queries(max_queries):
            run_search(query)
    for letter in "abcdefghijkl":
        index_page(f"Lis{letter}le")
    with django_assert_max_num_queries(23):
        assert run_search("lisle pier").total == 0
    results = run_search("pier")
    with django_assert_max_num_queries(1):
        count_by_section(results, ("happened", "behind"))
    with django_assert_max_num_queries(5):
        suggest("pie", at=NOW)


def test_indexing_an_edition_again_replaces_its_words():
    entry = index_page("The lorries", text="Ferry.")
    index_page("The bridge", text="Barge.", uid=entry.uid, edition=entry.edition)
    assert (list_hit_uids("lorries"), list_hit_uids("bridge")) == ([], [entry.uid])
    assert not Spelling.objects.filter(word="lorries").exists()


def test_no_word_of_a_removed_page_remains():
    remaining, removed = index_page("The lorries", text="Ferry."), index_page("The qxsecret lorries")
    index.remove_object(removed.kind, removed.uid)
    assert list_hit_uids("lorries") == [remaining.uid]
    words = {word for row in SearchDocument.objects.values() for word in str(row).split()}
    assert "qxsecret" not in words | set(Spelling.objects.values_list("word", flat=True))
    assert Spelling.objects.filter(word="lorries").exists()


def test_all_pages_of_one_moment_are_found():
    entries = [index_page("The pier", days=1) for _ in range(4)]
    assert sorted(list_hit_uids("pier")) == sorted(entry.uid for entry in entries)


def test_a_very_long_page_is_found_by_its_first_words():
    entry = index_page("The pier", text="first " + " ".join(f"word{number}ـ" for number in range(30_000)))
    assert list_hit_uids("first pier") == list_hit_uids("word200") == [entry.uid]
    assert list_hit_uids("word29000") == []


def test_mentions_of_a_merged_topic_count_for_its_target():
    source, target = index_name("topic", "The pier"), index_name("topic", "North pier")
    one, both = index_page("One", topics=(source.uid,)), index_page("Both", topics=(source.uid, target.uid))
    index.merge_entity("topic", source.uid, target.uid)
    assert set(list_hit_uids("one", topic=target.uid) + list_hit_uids("both", topic=target.uid)) == {one.uid, both.uid}
    assert list_hit_uids("one", topic=source.uid) == []
    assert list_hit_uids("pier") == [target.uid]
    assert count_by_filter(run_search("one")).topics[0].value == str(target.uid)


def test_the_results_contain_the_corrected_query_for_highlights():
    index_page("The lorries")
    assert run_search("lorrise").query == ParsedQuery.parse("lorries")
