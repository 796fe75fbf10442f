"""What holds of a merge whatever the documents are."""

from collections import Counter
from typing import Any

from hypothesis import assume, given

from stories.documents import AnyDocument, Explainer
from stories.documents.merge import apart, merge
from tests.stories.documents.merge.states import HEAD, ROWS, key_of, states


def rows_of(document: AnyDocument, name: str) -> dict[object, Any]:
    return {key_of(row): row for row in getattr(document, name, ())}


@given(states(2))
def test_what_one_side_left_as_it_was_is_what_the_other_made_of_it(documents):
    base, other = documents
    assert merge(base, base, other).document == other
    assert merge(base, other, base).document == other
    assert merge(base, other, other).document == other
    assert not any(merge(base, *sides).conflicts for sides in ((base, other), (other, base), (other, other)))


@given(states())
def test_a_merge_is_a_document_of_the_same_work(documents):
    merged = merge(*documents).document
    assert type(merged).model_validate(merged.body()) == merged
    assert (merged.uid, merged.kind) == (documents[0].uid, documents[0].kind)


@given(states())
def test_conflicts_are_the_same_from_both_sides(documents):
    base, theirs, mine = documents
    there, back = merge(base, theirs, mine).conflicts, merge(base, mine, theirs).conflicts
    assert Counter(conflict.swapped() for conflict in there) == Counter(back)


@given(states())
def test_no_place_is_asked_about_twice_in_the_same_words(documents):
    conflicts = merge(*documents).conflicts
    assert len(set(conflicts)) == len(conflicts)
    assert all(conflict.label and conflict.anchor for conflict in conflicts)


@given(states())
def test_without_a_conflict_each_change_of_one_side_stands(documents):
    base, theirs, mine = documents
    merged = merge(base, theirs, mine)
    assume(not merged.conflicts)
    for changed, other in ((theirs, mine), (mine, theirs)):
        for name in HEAD:
            if getattr(other, name, None) == getattr(base, name, None):
                assert getattr(merged.document, name, None) == getattr(changed, name, None)
        for name in ROWS:
            _hold_rows(name, base, changed, other, merged.document)


def _hold_rows(name, base, changed, other, merged) -> None:
    before, now, there, result = (rows_of(document, name) for document in (base, changed, other, merged))
    if any(len(getattr(each, name, ())) != len(rows_of(each, name)) for each in (base, changed, other)):
        return
    for key, row in now.items():
        if key not in before and key not in there:
            standing = [one.model_copy(update={"uid": row.uid}) for one in result.values() if hasattr(one, "uid")]
            assert result.get(key) == row or row in standing or _says_it_trimmed(row, standing)
        elif key in before and there.get(key) == before[key]:
            assert result[key] == row
        elif key in before and key in there:
            for field in type(row).model_fields:
                if getattr(there[key], field) == getattr(before[key], field):
                    assert getattr(result[key], field) == getattr(row, field)
    assert not (before.keys() - now.keys()) & result.keys()
    assert result.keys() <= now.keys() | there.keys()


def _says_it_trimmed(row, standing) -> bool:
    """Say whether the row stands as one of the same words, which the other side added too."""

    def words(one):
        return {name: text.strip() for name, text in one if isinstance(text, str)}

    return any(words(one) == words(row) for one in standing)


@given(states())
def test_merging_what_is_merged_changes_nothing(documents):
    base, theirs, mine = documents
    merged = merge(base, theirs, mine)
    assume(not merged.conflicts)
    assert merge(base, merged.document, mine).document == merged.document
    assert merge(base, theirs, merged.document).document == merged.document


@given(states())
def test_no_row_stands_twice(documents):
    assume(all(len(rows_of(each, name)) == len(getattr(each, name, ())) for each in documents for name in ROWS))
    merged = merge(*documents).document
    for name in ROWS:
        assert len(rows_of(merged, name)) == len(getattr(merged, name, ()))


@given(states())
def test_sources_that_both_sides_added_get_numbers_of_their_own(documents):
    base, theirs, mine = documents
    moved = apart(base, theirs, mine, given=4)
    old = rows_of(base, "citations")
    for number, cited in rows_of(moved, "citations").items():
        other = rows_of(theirs, "citations").get(number)
        if number not in old and other:
            assert cited.article == other.article or cited.url == other.url
    assert sorted(cited.url for cited in moved.citations) == sorted(cited.url for cited in mine.citations)
    if isinstance(mine, Explainer) and isinstance(moved, Explainer):
        before, after = ({cited.number: cited.url for cited in each.citations} for each in (mine, moved))
        assert [[before[n] for n in passage.sources] for passage in mine.passages] == [
            sorted([after[n] for n in passage.sources], key=[before[n] for n in mine.passages[place].sources].index)
            for place, passage in enumerate(moved.passages)
        ]
