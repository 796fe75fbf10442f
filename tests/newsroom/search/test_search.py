"""Searching what was indexed: the same on both databases."""

from datetime import timedelta
from uuid import uuid4

import pytest

from newsroom.search import index
from newsroom.search.counts import count_by_filter
from newsroom.search.index.entries import TextPart
from newsroom.search.models import SearchDocument, Spelling
from newsroom.search.query.parse import ParsedQuery
from newsroom.search.suggest import suggest
from tests.newsroom.search.builders import DAY, NOW, found, name, page, uids

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
def test_a_word_is_found_in_the_forms_of_its_language(language, text, queries):
    entry = page("A title", text=text, language=language)
    page("Another title", text="Nothing of it.", language="en")
    assert {query: uids(query) for query in queries} == {query: [entry.uid] for query in queries}


def test_every_word_has_to_stand_somewhere():
    both = page("The pier", text="A ferry.")
    page("The pier", text="A bridge.")
    assert uids("pier ferry") == [both.uid]


def test_a_phrase_is_words_in_a_row_of_one_field():
    entry = page("The north pier", text="closed to lorries")
    page("A pier in the north", text="lorries closed")
    assert uids('"north pier"') == uids('"closed to lorries"') == [entry.uid]
    assert uids('"pier closed"') == []


def test_a_page_with_what_is_not_wanted_is_left_out():
    entry = page("The pier", text="A ferry.")
    page("The pier", text="Heavy lorries.")
    assert uids("pier -lorry") == uids('pier -"heavy lorries"') == [entry.uid]


def test_a_more_prominent_field_comes_first():
    fields = [
        page("Otherwise", names=("The pier",)),
        page("Otherwise", text="The pier."),
        page("Otherwise", headings=(TextPart("The pier"),)),
        page("Otherwise", summary="The pier."),
        page("The pier"),
    ]
    assert uids("pier") == [entry.uid for entry in reversed(fields)]


def test_of_equals_the_newest_comes_first():
    old, new = page("The pier", days=300), page("The pier", days=3)
    assert uids("pier") == [new.uid, old.uid]


def test_age_outweighs_a_field_after_years():
    old, new = page("The pier", days=12 * 365), page("Otherwise", text="The pier.")
    assert uids("pier") == [new.uid, old.uid]


def test_a_name_comes_before_pages_that_say_it_among_other_words():
    topic = name("topic", "Port Lisle", "Lisle harbour")
    story = page("What Port Lisle decides", topics=(topic.uid,))
    assert uids("port lisle") == uids("lisle") == [topic.uid, story.uid]
    assert uids("harbour") == [topic.uid]


def test_a_topic_is_found_only_while_a_page_that_can_be_read_names_it():
    topic = name("topic", "Port Lisle")
    page("A title", topics=(topic.uid,), live_from=NOW, live_until=NOW + DAY)
    assert [uids("lisle", at=at) for at in (NOW - DAY / 2, NOW, NOW + DAY)] == [[], [topic.uid], []]


def test_a_page_is_found_from_its_beginning_until_just_before_its_end():
    entry = page("The pier", live_from=NOW, live_until=NOW + DAY)
    moments = [NOW - timedelta(microseconds=1), NOW, NOW + DAY - timedelta(microseconds=1), NOW + DAY]
    assert [uids("pier", at=at) for at in moments] == [[], [entry.uid], [entry.uid], []]


def test_a_language_is_spoken_only_while_something_in_it_can_be_read():
    page("Die Häuser", language="de", live_from=NOW + DAY)
    page("The Haus")
    assert uids("häuser") == []
    assert len(uids("häuser", at=NOW + DAY)) == 2


def test_filters_narrow_what_is_found():
    topic, outlet = uuid4(), uuid4()
    first = page("One", text="The pier.", section="happened", topics=(topic,), days=30)
    second = page("Two", text="The pier.", section="behind", outlets=(outlet,), days=3)
    third = page("Three", text="The pier.", kind="question", section="")
    assert uids("pier", topic=topic) == uids("pier", section="happened") == [first.uid]
    assert uids("pier", outlet=outlet) == uids("pier", section="behind") == [second.uid]
    assert uids("pier", kinds=frozenset({"question"})) == [third.uid]
    assert uids("pier", until=(NOW - 30 * DAY).date()) == [first.uid]
    assert uids("pier", since=(NOW - 3 * DAY).date(), until=(NOW - 2 * DAY).date()) == [second.uid]
    assert uids("one", section="happened") == []


def test_topics_and_outlets_are_found_by_their_kinds_alone():
    topic, outlet = name("topic", "Lisle"), name("source", "Lisle Courier")
    page("Lisle", topics=(topic.uid,), outlets=(outlet.uid,))
    assert uids("lisle", kinds=frozenset({"topic"})) == [topic.uid]
    assert uids("lisle", kinds=frozenset({"topic", "source"})) == [topic.uid, outlet.uid]
    assert len(uids("lisle", since=(NOW - 9 * DAY).date())) == 1


def test_what_each_filter_would_leave_is_counted():
    topic = name("topic", "Lisle")
    page("One", text="The pier.", section="happened", topics=(topic.uid,))
    page("Two", text="The pier.", section="behind", topics=(topic.uid,))
    page("Three", text="The pier.", kind="question", section="", topics=(topic.uid, uuid4()))
    numbers = count_by_filter(found("pier"), sections=("happened", "behind", "papers"))
    assert [(count.value, count.number) for count in numbers.kinds] == [("story", 2), ("question", 1)]
    assert (numbers.topics[0].value, numbers.topics[0].number, numbers.topics[0].is_capped) == (
        str(topic.uid),
        3,
        False,
    )
    assert {(count.value, count.number) for count in numbers.sections} == {("happened", 1), ("behind", 1)}


def test_more_than_are_counted_are_said_to_be_more(monkeypatch):
    monkeypatch.setattr("newsroom.search.search.MOST_FOUND", 3)
    pages = [page("Otherwise", text="The pier.", days=day) for day in range(1, 5)]
    old = page("The pier", days=100)
    results = found("pier", size=2)
    assert (results.total, results.total_is_capped, results.has_more) == (3, True, True)
    assert [hit.uid for hit in results.hits] == [old.uid, pages[0].uid]
    assert [count.is_capped for count in count_by_filter(results).kinds] == [True]


def test_pages_of_results_follow_each_other():
    entries = [page("The pier", days=day) for day in range(1, 6)]
    listed = [uids("pier", page=number, size=2) for number in (1, 2, 3, 4)]
    assert [uid for part in listed for uid in part] == [entry.uid for entry in entries]
    assert found("pier", page=3, size=2).has_more is False


def test_a_misspelt_word_is_put_right_when_nothing_is_found():
    entry = page("The northern lorries", text="Brücken and puertos.")
    for wrong, right in {
        "lorrise": "lorries", "lories": "lorries", "lorrries": "lorries", "norhtern lorrues": "northern lorries",
        "brückenn": "brücken", "purtos": "puertos",
    }.items():  # fmt: skip
        results = found(wrong)
        assert (results.did_you_mean, [hit.uid for hit in results.hits]) == (right, [entry.uid]), wrong


def test_no_spelling_is_proposed_that_nothing_live_holds():
    page("The lorries", live_from=NOW + DAY)
    page("The ferries", live_until=NOW)
    page("The lorry", text="A ferry.")
    for wrong in ("lorriess", "ferriess"):
        assert (found(wrong).did_you_mean, found(wrong).total) == ("", 0)
    assert found("lorriess", at=NOW + DAY).did_you_mean == "lorries"


def test_of_words_that_are_equally_near_the_most_frequent_is_proposed():
    page("Temen")
    for _ in range(2):
        page("Tessen")
    assert found("tesen").did_you_mean == "tessen"


def test_a_word_is_put_right_by_the_neighbour_that_stands_with_the_other_words():
    page("Temen")
    page("Temen, twice")
    entry = page("Tessen", text="The strike of the railways.")
    for wrong, right in {"tesen strike": "tessen strike", "tesen railwys": "tessen railways"}.items():
        results = found(wrong)
        assert (results.did_you_mean, [hit.uid for hit in results.hits]) == (right, [entry.uid])
    assert found("tesen", section="behind").total == 0


def test_words_that_wait_or_are_over_change_nothing_about_what_is_proposed():
    page("Temen")
    page("Tessen", text="A strike.")
    page("Tessen")
    before = [found(query).did_you_mean for query in ("tesen", "tesen strike")]
    for number in range(3):
        page("Temen strike", text=" ".join(f"te{letter}en" for letter in "abcdfghijk"), live_from=NOW + DAY)
        page("Temen strike", live_until=NOW - number * DAY / 2)
    assert [found(query).did_you_mean for query in ("tesen", "tesen strike")] == before == ["tessen", "tessen strike"]
    assert found("tesen", at=NOW + DAY).did_you_mean == "temen"


def test_a_query_that_finds_something_is_left_as_it_is():
    page("The lorries")
    entry = page("The lorrise")
    results = found("lorrise")
    assert (results.did_you_mean, [hit.uid for hit in results.hits]) == ("", [entry.uid])


def test_suggestions_go_on_where_the_reader_stops():
    topic = name("topic", "Northern Line")
    story = page("The north pier of Lisle", text="Something else.", topics=(topic.uid,))
    page("The north pier, later", live_from=NOW + DAY)
    assert [hit.uid for hit in suggest("nor", at=NOW)] == [topic.uid, story.uid]
    assert [hit.uid for hit in suggest("Piers of li", at=NOW)] == [story.uid]
    assert suggest("n", at=NOW) == suggest("else", at=NOW) == suggest("later", at=NOW) == suggest("", at=NOW) == []


@pytest.mark.parametrize("query", HOSTILE)
def test_nothing_that_is_typed_is_an_error(query):
    page("The pier", text="NEAR Lisle AND NOT words")
    found(query)
    suggest(query, at=NOW)


def test_a_search_asks_the_database_a_known_number_of_times(django_assert_max_num_queries, monkeypatch):
    monkeypatch.setattr("newsroom.search.search.MOST_FOUND", 3)
    for day in range(1, 6):
        page("The pier", days=day)
    for query, most in {"pier": 7, "peir": 13, "ferry": 7, "": 1}.items():
        with django_assert_max_num_queries(most):
            found(query)
    for letter in "abcdefghijkl":
        page(f"Lis{letter}le")
    with django_assert_max_num_queries(23):
        assert found("lisle pier").total == 0
    results = found("pier")
    with django_assert_max_num_queries(4):
        count_by_filter(results, sections=("happened", "behind"))
    with django_assert_max_num_queries(5):
        suggest("pie", at=NOW)


def test_what_is_said_anew_takes_the_place_of_what_was_said():
    entry = page("The lorries", text="Ferry.")
    page("The bridge", text="Barge.", uid=entry.uid, edition=entry.edition)
    assert (uids("lorries"), uids("bridge")) == ([], [entry.uid])
    assert not Spelling.objects.filter(word="lorries").exists()


def test_of_what_is_forgotten_no_word_is_left():
    kept, gone = page("The lorries", text="Ferry."), page("The qxsecret lorries")
    index.remove_object(gone.kind, gone.uid)
    assert uids("lorries") == [kept.uid]
    words = {word for row in SearchDocument.objects.values() for word in str(row).split()}
    assert "qxsecret" not in words | set(Spelling.objects.values_list("word", flat=True))
    assert Spelling.objects.filter(word="lorries").exists()


def test_many_pages_of_one_moment_are_found_all():
    entries = [page("The pier", days=1) for _ in range(4)]
    assert sorted(uids("pier")) == sorted(entry.uid for entry in entries)


def test_a_very_long_page_is_found_by_its_first_words():
    entry = page("The pier", text="first " + " ".join(f"word{number}ـ" for number in range(30_000)))
    assert uids("first pier") == uids("word200") == [entry.uid]
    assert uids("word29000") == []


def test_what_was_merged_counts_for_what_it_was_merged_into():
    gone, kept = name("topic", "The pier"), name("topic", "North pier")
    one, both = page("One", topics=(gone.uid,)), page("Both", topics=(gone.uid, kept.uid))
    index.merge_entity("topic", gone.uid, kept.uid)
    assert set(uids("one", topic=kept.uid) + uids("both", topic=kept.uid)) == {one.uid, both.uid}
    assert uids("one", topic=gone.uid) == []
    assert uids("pier") == [kept.uid]
    assert count_by_filter(found("one")).topics[0].value == str(kept.uid)


def test_the_query_that_was_searched_is_told_for_marking():
    page("The lorries")
    assert found("lorrise").query == ParsedQuery.parse("lorries")
