"""Properties of a merge that hold for all documents."""

from collections import Counter
from typing import Any

from hypothesis import assume, given

from stories.documents import AnyDocument, Explainer
from stories.documents.merge import merge, renumber_added_sources
from tests.stories.documents.merge.states import HEAD_FIELDS, ROWS, documents_with_later_states, get_key


def rows_by_key(document: AnyDocument, name: str) -> dict[object, Any]:
    return {get_key(row): row for row in getattr(document, name, ())}


@given(documents_with_later_states(2))
def test_if_one_side_is_unchanged_the_merge_is_the_other_side(documents):
    base, other = documents
    assert merge(base, base, other).document == other
    assert merge(base, other, base).document == other
    assert merge(base, other, other).document == other
    assert not any(merge(base, *sides).conflicts for sides in ((base, other), (other, base), (other, other)))


@given(documents_with_later_states())
def test_a_merge_is_a_document_of_the_same_work(documents):
    merged = merge(*documents).document
    assert type(merged).model_validate(merged.body()) == merged
    assert (merged.uid, merged.kind) == (documents[0].uid, documents[0].kind)


@given(documents_with_later_states())
def test_conflicts_are_the_same_from_both_sides(documents):
    base, theirs, mine = documents
    conflicts, swapped_conflicts = merge(base, theirs, mine).conflicts, merge(base, mine, theirs).conflicts
    assert Counter(conflict.swap_sides() for conflict in conflicts) == Counter(swapped_conflicts)


@given(documents_with_later_states())
def test_no_conflict_is_reported_twice(documents):
    conflicts = merge(*documents).conflicts
    assert len(set(conflicts)) == len(conflicts)
    assert all(conflict.label and conflict.anchor for conflict in conflicts)


@given(documents_with_later_states())
def test_without_conflicts_each_change_of_one_side_is_in_the_merge(documents):
    base, theirs, mine = documents
    merged = merge(base, theirs, mine)
    assume(not merged.conflicts)
    for changed, other in ((theirs, mine), (mine, theirs)):
        for name in HEAD_FIELDS:
            if getattr(other, name, None) == getattr(base, name, None):
                assert getattr(merged.document, name, None) == getattr(changed, name, None)
        for name in ROWS:
            _assert_rows_merged(name, base, changed, other, merged.document)


def _assert_rows_merged(name, base, changed, other, merged) -> None:
    before, now, other_rows, result = (rows_by_key(document, name) for document in (base, changed, other, merged))
    if any(len(getattr(each, name, ())) != len(rows_by_key(each, name)) for each in (base, changed, other)):
        return
    for key, row in now.items():
        if key not in before and key not in other_rows:
            result_rows = [one.model_copy(update={"uid": row.uid}) for one in result.values() if hasattr(one, "uid")]
            assert result.get(key) == row or row in result_rows or _has_equal_row_except_space(row, result_rows)
        elif key in before and other_rows.get(key) == before[key]:
            assert result[key] == row
        elif key in before and key in other_rows:
            for field in type(row).model_fields:
                if getattr(other_rows[key], field) == getattr(before[key], field):
                    assert getattr(result[key], field) == getattr(row, field)
    assert not (before.keys() - now.keys()) & result.keys()
    assert result.keys() <= now.keys() | other_rows.keys()


def _has_equal_row_except_space(row, result_rows) -> bool:
    """Return whether the result contains a row with the same texts, except for surrounding white space."""

    def stripped_texts(one):
        return {name: text.strip() for name, text in one if isinstance(text, str)}

    return any(stripped_texts(one) == stripped_texts(row) for one in result_rows)


@given(documents_with_later_states())
def test_merging_a_merged_document_again_changes_nothing(documents):
    base, theirs, mine = documents
    merged = merge(base, theirs, mine)
    assume(not merged.conflicts)
    assert merge(base, merged.document, mine).document == merged.document
    assert merge(base, theirs, merged.document).document == merged.document


@given(documents_with_later_states())
def test_no_row_is_duplicated(documents):
    assume(all(len(rows_by_key(each, name)) == len(getattr(each, name, ())) for each in documents for name in ROWS))
    merged = merge(*documents).document
    for name in ROWS:
        assert len(rows_by_key(merged, name)) == len(getattr(merged, name, ()))


@given(documents_with_later_states())
def test_sources_added_on_both_sides_get_different_numbers(documents):
    base, theirs, mine = documents
    renumbered = renumber_added_sources(base, theirs, mine, last_number=4)
    old = rows_by_key(base, "citations")
    for number, cited in rows_by_key(renumbered, "citations").items():
        other = rows_by_key(theirs, "citations").get(number)
        if number not in old and other:
            assert cited.article == other.article or cited.url == other.url
    assert sorted(cited.url for cited in renumbered.citations) == sorted(cited.url for cited in mine.citations)
    if isinstance(mine, Explainer) and isinstance(renumbered, Explainer):
        before, after = ({cited.number: cited.url for cited in each.citations} for each in (mine, renumbered))
        assert [[before[n] for n in passage.sources] for passage in mine.passages] == [
            sorted([after[n] for n in passage.sources], key=[before[n] for n in mine.passages[place].sources].index)
            for place, passage in enumerate(renumbered.passages)
        ]
