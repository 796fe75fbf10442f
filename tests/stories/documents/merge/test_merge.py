"""Three-way merge: which changes are merged, which conflict, and the texts of a conflict."""

from uuid import UUID, uuid4

import pytest

from stories.documents import (
    Answer,
    AskedQuestion,
    CitedArticle,
    Explainer,
    NamedContributor,
    NamedOutlet,
    NamedTopic,
    PartHeadings,
    Passage,
    PlacedPicture,
    QuestionPage,
    Section,
)
from stories.documents.merge import Conflict, adopt_row_uids, merge, renumber_added_sources
from tests.effort import lines_run

HAPPENED, BEHIND, TIMELINE, ONE, TWO, THREE, FOUR = (UUID(int=number) for number in range(1, 8))


def happened(text: str = "The gate closed at three.") -> Section:
    return Section(uid=HAPPENED, kind="happened", heading="What’s happened", text=text)


def behind(text: str = "A tide met a storm.") -> Section:
    return Section(uid=BEHIND, kind="behind", heading="What’s behind the headline?", text=text)


def make_citation(number: int, name: str = "", **fields: object) -> CitedArticle:
    """Return a citation. The uid of its article is derived from ``name``, or else from ``number``."""
    name = name or f"article-{number}"
    return CitedArticle.model_validate(
        {
            "number": number,
            "article": UUID(bytes=name.encode().ljust(16)[:16]),
            "outlet": {"uid": None, "name": "Ansgar Wire"},
            "url": f"https://wire.example/{name}",
            "title": f"About {name}",
            **fields,
        }
    )


def passage(uid: UUID = ONE, text: str = "The gates held.", **fields: object) -> Passage:
    return Passage.model_validate({"uid": uid, "text": text, **fields})


def make_outlet(name: str, uid: UUID | None = None) -> NamedOutlet:
    return NamedOutlet(uid=uid, name=name)


BASE = Explainer(uid=uuid4(), slug="gate", headline="Why the gate closed", sections=(happened(), behind()))


def conflict_anchors(*sides: Explainer | QuestionPage) -> list[str]:
    return [conflict.anchor for conflict in merge(*sides).conflicts]


def test_changes_in_two_sections_are_both_merged():
    merged = merge(
        BASE,
        BASE.changed(sections=(happened("It closed at four."), behind())),
        BASE.changed(sections=(happened(), behind("A tide met a gale."))),
    )
    assert not merged.conflicts
    assert merged.document == BASE.changed(sections=(happened("It closed at four."), behind("A tide met a gale.")))


def test_a_section_edited_on_both_sides_is_a_conflict_with_all_three_texts():
    merged = merge(
        BASE,
        BASE.changed(sections=(happened("It closed at four."), behind())),
        BASE.changed(sections=(happened("It closed before dawn."), behind()), standfirst="Mine."),
    )
    assert merged.conflicts == (
        Conflict(
            "What’s happened, text",
            f"sections.{HAPPENED}.text",
            "The gate closed at three.",
            "It closed at four.",
            "It closed before dawn.",
        ),
    )
    assert merged.document == BASE.changed(sections=(happened("It closed at four."), behind()), standfirst="Mine.")


def test_states_of_two_works_cannot_be_merged():
    with pytest.raises(ValueError, match="one work"):
        merge(BASE, BASE, BASE.changed(uid=uuid4()))


def test_white_space_around_a_text_does_not_cause_a_conflict():
    theirs = BASE.changed(sections=(happened("It closed at four."), behind()))
    mine = BASE.changed(sections=(happened("The gate closed at three.\r\n"), behind()))
    assert merge(BASE, theirs, mine).document == theirs


def test_confirming_a_headline_conflicts_with_changing_it():
    theirs = BASE.changed(headline="Why the gate was shut")
    mine = BASE.changed(headline_confirmed=True)
    merged = merge(BASE, theirs, mine)
    assert merged.document == theirs
    (conflict,) = merged.conflicts
    assert (conflict.anchor, conflict.theirs, conflict.mine) == (
        "headline",
        "Why the gate was shut (proposed)",
        "Why the gate closed (confirmed)",
    )


def test_confirming_a_question_conflicts_with_changing_it():
    base = QuestionPage(uid=uuid4(), slug="who", question="Who closes the gate?")
    assert conflict_anchors(
        base, base.changed(question="Who shuts the gate?"), base.changed(question_confirmed=True)
    ) == ["question"]


def test_rows_added_on_both_sides_keep_their_positions():
    first, last = passage(TWO, "First."), passage(THREE, "Last.")
    base = BASE.changed(passages=(passage(ONE),))
    merged = merge(
        base, base.changed(passages=(first, passage(ONE))), base.changed(passages=(passage(ONE), last))
    ).document
    assert isinstance(merged, Explainer)
    assert [row.uid for row in merged.passages] == [TWO, ONE, THREE]


def test_if_both_sides_add_after_the_same_row_theirs_comes_first():
    base = BASE.changed(passages=(passage(ONE), passage(FOUR)))
    merged = merge(
        base,
        base.changed(passages=(passage(ONE), passage(TWO), passage(FOUR))),
        base.changed(passages=(passage(ONE), passage(THREE), passage(FOUR))),
    ).document
    assert isinstance(merged, Explainer)
    assert [row.uid for row in merged.passages] == [ONE, TWO, THREE, FOUR]


def test_a_row_removed_on_one_side_and_unedited_on_the_other_is_removed():
    base = BASE.changed(passages=(passage(ONE), passage(TWO)))
    removed = base.changed(passages=(passage(TWO),))
    merged = merge(base, removed, base.changed(standfirst="Mine."))
    assert merged.document == removed.changed(standfirst="Mine.")


def test_a_row_removed_on_one_side_and_edited_on_the_other_is_a_conflict():
    base = BASE.changed(passages=(passage(ONE, outlets=[{"uid": None, "name": "Ansgar Wire"}]),))
    edited = base.changed(passages=(passage(ONE, "The gates leaked.", outlets=[make_outlet("Ansgar Wire")]),))
    (conflict,) = merge(base, base.changed(passages=()), edited).conflicts
    assert conflict == Conflict(
        "Passage: Ansgar Wire",
        f"passages.{ONE}",
        "Ansgar Wire\nThe gates held.",
        "",
        "Ansgar Wire\nThe gates leaked.",
    )
    assert merge(base, base.changed(passages=()), edited).document == base.changed(passages=())
    assert merge(base, edited, base.changed(passages=())).document == edited


def test_moves_of_different_rows_are_both_merged():
    rows = {uid: passage(uid, str(uid)) for uid in (ONE, TWO, THREE, FOUR)}
    base, theirs, mine = (
        BASE.changed(passages=tuple(rows[uid] for uid in order))
        for order in ((ONE, TWO, THREE, FOUR), (TWO, ONE, THREE, FOUR), (ONE, TWO, FOUR, THREE))
    )
    merged = merge(base, theirs, mine)
    assert not merged.conflicts
    assert isinstance(merged.document, Explainer)
    assert [row.uid for row in merged.document.passages] == [TWO, ONE, FOUR, THREE]


def test_moves_that_form_a_cycle_are_a_conflict():
    rows = {uid: passage(uid, f"Passage {uid.int}") for uid in (ONE, TWO, THREE)}
    base, theirs, mine = (
        BASE.changed(passages=tuple(rows[uid] for uid in order))
        # The second passage is moved up in theirs and down in mine.
        for order in ((ONE, TWO, THREE), (TWO, ONE, THREE), (ONE, THREE, TWO))
    )
    merged = merge(base, theirs, mine)
    assert merged.document == theirs
    (conflict,) = merged.conflicts
    assert (conflict.label, conflict.anchor) == ("Order of the passages", "passages")
    assert conflict.mine == "Passage 4\nPassage 6\nPassage 5"


def test_two_added_sections_of_the_same_kind_are_a_conflict():
    theirs, mine = (
        BASE.changed(
            sections=(*BASE.sections, Section(uid=uuid4(), kind="timeline", heading="Timeline", text=f"- {day}"))
        )
        for day in ("Monday", "Tuesday")
    )
    merged = merge(BASE, theirs, mine)
    assert merged.document == theirs
    assert merged.conflicts == (
        Conflict("Timeline, twice", "sections", "", "Timeline\n- Monday", "Timeline\n- Tuesday"),
    )


def test_a_section_changed_to_a_kind_that_the_other_side_added_is_a_conflict():
    base = BASE.changed(sections=(Section(uid=ONE, kind="free", heading="When"),))
    theirs = base.changed(sections=(*base.sections, Section(uid=TWO, kind="timeline", heading="Timeline")))
    mine = base.changed(sections=(Section(uid=ONE, kind="timeline", heading="When"),))
    assert merge(base, theirs, mine).document == theirs
    assert merge(base, mine, theirs).document == mine
    assert conflict_anchors(base, theirs, mine) == ["sections"]


def test_two_different_kinds_for_one_section_are_a_conflict():
    base = BASE.changed(sections=(Section(uid=ONE, kind="free", heading="When"),))
    theirs, mine = (
        base.changed(sections=(Section(uid=ONE, kind=kind, heading="When"),)) for kind in ("next", "people")
    )
    (conflict,) = merge(base, theirs, mine).conflicts
    assert (conflict.label, conflict.base, conflict.mine) == ("When, kind", "Other section", "Key people")


def test_an_equal_section_added_on_both_sides_is_merged_to_one():
    theirs, mine = (
        BASE.changed(
            sections=(*BASE.sections, Section(uid=uuid4(), kind="timeline", heading="Timeline", text="- Monday"))
        )
        for _ in range(2)
    )
    assert merge(BASE, theirs, mine).document == theirs
    assert not merge(BASE, theirs, mine).conflicts


def test_the_papers_section_gets_no_text():
    base = BASE.changed(sections=(Section(uid=ONE, kind="free", heading="The papers"),))
    theirs = base.changed(sections=(Section(uid=ONE, kind="papers", heading="The papers"),))
    mine = base.changed(sections=(Section(uid=ONE, kind="free", heading="The papers", text="They say this."),))
    assert merge(base, theirs, mine).document == theirs
    assert conflict_anchors(base, theirs, mine) == [f"sections.{ONE}.text"]


def test_a_topic_added_on_both_sides_is_a_conflict_only_if_the_descriptions_differ():
    theirs, mine, other = (
        BASE.changed(topics=(NamedTopic(uid=uuid4(), topic=ONE, name="Port Lisle", description=words),))
        for words in ("A harbour.", "A harbour.", "A city.")
    )
    assert merge(BASE, theirs, mine).document == theirs
    assert conflict_anchors(BASE, theirs, other) == ["topics"]


def test_confirming_a_topic_merges_with_describing_it():
    base = BASE.changed(topics=(NamedTopic(uid=ONE, topic=None, name="Port Lisle"),))
    theirs = base.changed(topics=(NamedTopic(uid=ONE, topic=TWO, name="Port Lisle"),))
    mine = base.changed(topics=(NamedTopic(uid=ONE, topic=None, name="Port Lisle", description="A harbour."),))
    assert merge(base, theirs, mine).document == base.changed(
        topics=(NamedTopic(uid=ONE, topic=TWO, name="Port Lisle", description="A harbour."),)
    )


def test_a_question_answered_on_both_sides_is_a_conflict():
    base = QuestionPage(uid=uuid4(), slug="who", question="Who closes the gate?")
    theirs, mine = (
        base.changed(answers=(Answer(uid=uuid4(), question=question, text="The office."),))
        for question in ("Who signs?", "WHO SIGNS?")
    )
    assert conflict_anchors(base, theirs, mine) == ["answers"]


def test_a_renamed_outlet_is_not_a_change_of_a_passage():
    base = BASE.changed(passages=(passage(outlets=[make_outlet("The Wire", TWO)]),))
    theirs = BASE.changed(
        passages=(passage(outlets=[make_outlet("Ansgar Wire", TWO), make_outlet("Radio Tessen", THREE)]),)
    )
    mine = BASE.changed(passages=(passage(text="The gates leaked.", outlets=[make_outlet("Ansgar Wire", TWO)]),))
    merged = merge(base, theirs, mine)
    assert not merged.conflicts
    assert isinstance(merged.document, Explainer)
    (row,) = merged.document.passages
    assert (row.text, len(row.outlets)) == ("The gates leaked.", 2)


def test_two_different_outlets_for_one_passage_are_a_conflict():
    base = BASE.changed(passages=(passage(),))
    theirs, mine = (
        base.changed(passages=(passage(outlets=[make_outlet(name)]),)) for name in ("Ansgar Wire", "Radio Tessen")
    )
    (conflict,) = merge(base, theirs, mine).conflicts
    assert (conflict.anchor, conflict.theirs, conflict.mine) == (
        f"passages.{ONE}.outlets",
        "Ansgar Wire",
        "Radio Tessen",
    )


def test_texts_of_one_picture_never_appear_under_another():
    base = BASE.changed(pictures=(PlacedPicture(uid=ONE, image=TWO, alt="A gate"),))
    theirs = BASE.changed(pictures=(PlacedPicture(uid=ONE, image=THREE, alt="A gate"),))
    mine = BASE.changed(pictures=(PlacedPicture(uid=ONE, image=TWO, alt="A gate at night"),))
    assert conflict_anchors(base, theirs, mine) == [f"pictures.{ONE}"]
    assert merge(base, theirs, base.changed(standfirst="Mine.")).document == theirs.changed(standfirst="Mine.")


def test_a_replaced_picture_wins_if_the_other_side_only_removed_spaces():
    base = BASE.changed(pictures=(PlacedPicture(uid=ONE, image=TWO, alt="A gate "),))
    other = BASE.changed(pictures=(PlacedPicture(uid=ONE, image=THREE, alt="A bridge"),))
    trimmed = BASE.changed(pictures=(PlacedPicture(uid=ONE, image=TWO, alt="A gate"),))
    assert merge(base, other, trimmed).document == other
    assert merge(base, trimmed, other).document == other


def test_a_decorative_picture_gets_no_alternative_text():
    base = BASE.changed(lead_picture=PlacedPicture(uid=ONE, image=TWO))
    theirs = BASE.changed(lead_picture=PlacedPicture(uid=ONE, image=TWO, decorative=True))
    mine = BASE.changed(lead_picture=PlacedPicture(uid=ONE, image=TWO, alt="A gate at night"))
    assert merge(base, theirs, mine).document == theirs
    assert conflict_anchors(base, theirs, mine) == ["lead_alt"]


def test_two_lead_pictures_are_a_conflict_but_a_single_one_is_not():
    theirs, mine = (BASE.changed(lead_picture=PlacedPicture(uid=ONE, image=image)) for image in (TWO, THREE))
    assert conflict_anchors(BASE, theirs, mine) == ["lead_picture"]
    assert merge(theirs, BASE, theirs.changed(standfirst="Mine.")).document == BASE.changed(standfirst="Mine.")


def test_the_same_number_for_two_articles_is_a_conflict():
    theirs, mine = (
        BASE.changed(citations=(make_citation(1, "one"),)),
        BASE.changed(citations=(make_citation(1, "two"),)),
    )
    (conflict,) = merge(BASE, theirs, mine).conflicts
    assert (conflict.label, conflict.anchor) == ("Source 1", "citations.1")
    assert "About one" in conflict.theirs
    assert "About two" in conflict.mine


def test_one_article_under_two_numbers_is_a_conflict():
    theirs, mine = (
        BASE.changed(citations=(make_citation(1, "one"),)),
        BASE.changed(citations=(make_citation(2, "one"),)),
    )
    assert conflict_anchors(BASE, theirs, mine) == ["citations"]
    assert merge(BASE, theirs, mine).document == theirs


def test_a_passage_with_a_source_that_cannot_be_kept_is_a_conflict():
    base = BASE.changed(passages=(passage(),))
    theirs = base.changed(citations=(make_citation(1, "one"),))
    mine = base.changed(citations=(make_citation(2, "one"),), passages=(passage(sources=[2]),))
    assert conflict_anchors(base, theirs, mine) == ["citations", f"passages.{ONE}.sources"]
    assert merge(base, theirs, mine).document == theirs


@pytest.mark.parametrize(
    "changed",
    [{"passages": (passage(sources=[1]),)}, {"sections": (happened("It closed at three. [@1]"), behind())}],
)
def test_a_source_removed_on_one_side_and_cited_on_the_other_is_kept_and_a_conflict(changed):
    base = BASE.changed(citations=(make_citation(1), make_citation(2)), passages=(passage(),))
    removed, citing = base.changed(citations=(make_citation(2),)), base.changed(**changed)
    merged = merge(base, removed, citing)
    assert merged.document == citing
    (conflict,) = merged.conflicts
    assert (conflict.anchor, conflict.theirs, conflict.mine) == ("citations.1", "", conflict.base)


def test_a_removed_source_without_new_citations_is_removed():
    base = BASE.changed(citations=(make_citation(1),), sections=(happened("See [@1]."), behind()))
    removed = base.changed(citations=())
    assert merge(base, removed, base.changed(standfirst="Mine.")).document == removed.changed(standfirst="Mine.")


def test_byline_names_added_on_both_sides_are_all_merged():
    ada, bo, cy = (NamedContributor(uid=uid, name=name) for uid, name in ((ONE, "Ada"), (TWO, "Bo"), (THREE, "Cy")))
    base = BASE.changed(byline=(ada,))
    merged = merge(base, base.changed(byline=(ada, bo)), base.changed(byline=(ada, cy)))
    assert merged.document == base.changed(byline=(ada, bo, cy))


def test_a_question_added_on_both_sides_with_different_wording_is_a_conflict():
    theirs, mine = (BASE.changed(questions=(AskedQuestion(uid=ONE, question=words),)) for words in ("Who?", "Why?"))
    (conflict,) = merge(BASE, theirs, mine).conflicts
    assert (conflict.label, conflict.anchor, conflict.base) == ("Question, wording", f"questions.{ONE}.question", "")


def test_the_headings_of_parts_are_merged_one_by_one():
    theirs, mine = BASE.changed(headings=PartHeadings(deeper="More")), BASE.changed(headings=PartHeadings(topics="See"))
    assert merge(BASE, theirs, mine).document == BASE.changed(headings=PartHeadings(deeper="More", topics="See"))
    assert conflict_anchors(BASE, theirs, BASE.changed(headings=PartHeadings(deeper="On"))) == ["headings.deeper"]


def test_rows_with_the_same_key_are_merged_as_a_whole():
    twice = BASE.changed(passages=(passage(ONE, "One."), passage(ONE, "Two.")))
    mine = BASE.changed(passages=(passage(TWO, "Three."),))
    assert merge(BASE, twice, mine).conflicts == (Conflict("Passages", "passages", "", "One.\nTwo.", "Three."),)


def test_a_source_added_on_both_sides_is_renumbered_wherever_it_is_cited():
    theirs = BASE.changed(citations=(make_citation(1, "one"),))
    mine = BASE.changed(
        citations=(make_citation(1, "two"),),
        sections=(happened("It closed. [@1]"), behind("See [@12].")),
        passages=(passage(sources=[1]),),
    )
    renumbered = renumber_added_sources(BASE, theirs, mine, last_number=4)
    assert renumbered == mine.changed(
        citations=(make_citation(5, "two"),),
        sections=(happened("It closed. [@5]"), behind("See [@12].")),
        passages=(passage(sources=[5]),),
    ).changed(citations=(make_citation(5, "two"),))
    assert not merge(BASE, theirs, renumbered).conflicts


def test_an_article_added_on_both_sides_gets_one_number():
    theirs = BASE.changed(citations=(make_citation(1, "one"), make_citation(2, "two")))
    mine = BASE.changed(
        citations=(make_citation(1, "two"),), standfirst="See [@1].", lead_picture=PlacedPicture(uid=ONE, image=ONE)
    )
    renumbered = renumber_added_sources(BASE, theirs, mine)
    assert (renumbered.citations, renumbered.standfirst) == ((make_citation(2, "two"),), "See [@2].")
    assert not merge(BASE, theirs, renumbered).conflicts


def test_numbers_that_do_not_collide_stay_unchanged():
    mine = BASE.changed(citations=(make_citation(2, "two"),))
    assert renumber_added_sources(BASE, BASE.changed(citations=(make_citation(1, "one"),)), mine) is mine


def test_a_row_that_replaces_another_gets_its_uid():
    theirs, mine = (
        BASE.changed(
            sections=(Section(uid=uid, kind="timeline", heading="Timeline", text=day),),
            topics=(NamedTopic(uid=uid, topic=None, name="Port Lisle", description=day),),
        )
        for uid, day in ((ONE, "Monday"), (TWO, "Tuesday"))
    )
    edited = adopt_row_uids(theirs, mine)
    assert isinstance(edited, Explainer)
    assert [(row.uid, row.text) for row in edited.sections] == [(ONE, "Tuesday")]
    assert [(row.uid, row.description) for row in edited.topics] == [(ONE, "Tuesday")]
    assert adopt_row_uids(BASE, mine) == mine


def test_an_answer_replaces_the_answer_to_the_same_question():
    base = QuestionPage(uid=uuid4(), slug="who")
    theirs, mine = (
        base.changed(answers=(Answer(uid=uid, question="Who signs?", text=text),))
        for uid, text in ((ONE, "The office."), (TWO, "The city."))
    )
    assert adopt_row_uids(theirs, mine) == base.changed(
        answers=(Answer(uid=ONE, question="Who signs?", text="The city."),)
    )


def test_topics_added_on_both_sides_are_merged_in_at_most_quadratic_time():
    def count_lines(count: int) -> int:
        theirs, mine = (
            BASE.changed(
                headline=headline,
                topics=tuple(
                    NamedTopic(uid=UUID(int=first + number), topic=None, name=f"Port {number}")
                    for number in range(count)
                ),
            )
            for first, headline in ((1_000, "One"), (2_000, "Two"))
        )
        return lines_run(lambda: merge(BASE, theirs, mine))

    assert count_lines(80) <= 4 * count_lines(40)
