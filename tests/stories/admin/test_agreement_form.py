"""The part *Agreement* of the form of a story, without scripts."""

import pytest
from django.urls import reverse

from stories import drafts
from stories.admin.drafts.document import DraftForm
from stories.admin.drafts.posted import SubmittedForm
from stories.drafts import revisions
from tests.conftest import signed_in
from tests.factories import make_article, make_outlet, make_story, make_user
from tests.stories.admin.form_data import filled

pytestmark = pytest.mark.portable


def make_compared_story():
    """Make a story that compares two outlets in the point *Homes emptied*: one of them is a proposed name."""
    outlet = make_outlet(name="Ansgar Wire")
    story = make_story(outlets=(outlet,), articles=(make_article(outlet=outlet),))
    claim = story.claims.create(claim="Homes emptied", kind="figure")
    claim.cells.create(
        outlet=outlet, value="some 4,200", low="4200", high="4200", approximate=True,
        article=story.citations.get().article,
    )  # fmt: skip
    claim.cells.create(proposed_outlet="The Lisle Courier", value="about 6,000", position=1)
    revisions.record_revision(story, by=None)
    return story


def list_cells(story):
    """Return, for each point, its name and what its cells say."""
    return [
        (claim.claim, [(cell.outlet.name, cell.stance, cell.value) for cell in claim.cells])
        for claim in drafts.build_document(story).claims
    ]


def test_a_new_point_is_saved_with_two_outlets(editor, save):
    make_outlet(name="Ansgar Wire")
    story = make_story()
    save(
        story,
        claims__0__claim="Homes emptied",
        cells__0__outlet_name="Ansgar Wire",
        cells__0__value="some 4,200",
        cells__1__outlet_name="The Lisle Courier",
        cells__1__stance="silent",
    )
    (claim,) = story.claims.all()
    known, proposed = claim.cells.all()
    assert (known.outlet_name, known.proposed_outlet) == ("Ansgar Wire", "")
    assert (known.low, known.high, known.approximate) == ("4200", "4200", True)
    assert (proposed.outlet, proposed.proposed_outlet, proposed.stance) == (None, "The Lisle Courier", "silent")
    assert list_cells(story) == [
        ("Homes emptied", [("Ansgar Wire", "says", "some 4,200"), ("The Lisle Courier", "silent", "")])
    ]


def test_a_save_without_changes_records_no_revision(editor, save):
    story = make_compared_story()
    newest = revisions.get_newest_revision(story)
    save(story)
    assert revisions.get_newest_revision(story) == newest


def test_the_submitted_form_is_the_document_that_a_save_makes(client, editor, save):
    story = make_compared_story()
    base = revisions.get_newest_revision(story).document.value()
    changes = {
        "cells-0-value": "up to 4,650",
        "cells-1-attributed_to": "the mayor",
        "cells-2-outlet_name": "Radio Tessen",
        "cells-2-stance": "unclear",
        "claims-0-note": "The mayor counts an estate.",
        "claims-1-claim": "First siren",
        "claims-1-kind": "date",
        "cells-4-outlet_name": "Ansgar Wire",
        "cells-4-value": "03:55",
        "cells-4-when": "2026-11-09 03:55",
        "cells-4-source": "1",
        "cells-5-outlet_name": "Radio Tessen",
        "cells-5-value": "3.55 am",
    }
    form = filled(client.get(reverse(story.change_view_name, args=[story.pk]))) | changes
    document = DraftForm(SubmittedForm.parse(form), story, may_confirm=True).document(base)
    save(story, **{name.replace("-", "__"): value for name, value in form.items()})
    assert drafts.build_document(story) == document
    homes, siren = document.claims
    assert (homes.cells[0].low, homes.cells[0].high) == ("", "4650")
    assert [cell.outlet.name for cell in homes.cells] == ["Ansgar Wire", "The Lisle Courier", "Radio Tessen"]
    assert (siren.cells[0].when, siren.cells[0].source) == ("2026-11-09T03:55", 1)
    assert siren.cells[1].when == "T03:55"


def test_amounts_of_an_editor_are_not_replaced(editor, save):
    story = make_compared_story()
    save(story, cells__1__low="5,800", cells__1__high="6200")
    save(story, cells__1__value="about 6,100")
    cell = drafts.build_document(story).claims[0].cells[1]
    assert (cell.value, cell.low, cell.high) == ("about 6,100", "5800", "6200")


def test_outlets_are_moved_and_removed_and_a_point_takes_its_outlets_with_it(editor, save):
    story = make_compared_story()
    save(story, cells__0__place="2", cells__1__place="1")
    assert [name for name, _, _ in list_cells(story)[0][1]] == ["The Lisle Courier", "Ansgar Wire"]
    save(story, cells__0__DELETE="on")
    assert [name for name, _, _ in list_cells(story)[0][1]] == ["Ansgar Wire"]
    save(story, claims__0__DELETE="on")
    assert list_cells(story) == []


def test_outlets_of_a_point_can_exchange_their_names(editor, save):
    story = make_compared_story()
    save(story, cells__0__outlet_name="The Lisle Courier", cells__1__outlet_name="Ansgar Wire")
    assert [name for name, _, _ in list_cells(story)[0][1]] == ["The Lisle Courier", "Ansgar Wire"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"claims__1__brief": "Two gates"}, "id_claims-1-claim"),
        ({"cells__4__value": "two"}, "id_claims-1-claim"),
        ({"cells__2__value": "4,000"}, "id_cells-2-outlet_name"),
        ({"cells__2__outlet_name": "the lisle courier"}, "id_cells-2-outlet_name"),
        ({"cells__1__stance": "silent"}, "id_cells-1-value"),
        ({"cells__1__low": "many"}, "id_cells-1-low"),
        ({"cells__1__low": "7", "cells__1__high": "6"}, "id_cells-1-high"),
        ({"cells__1__low": "100000000000000001", "cells__1__high": "100000000000000000"}, "id_cells-1-high"),
        ({"cells__1__when": "yesterday"}, "id_cells-1-when"),
    ],
)
def test_what_cannot_be_saved_is_reported_at_its_field(editor, save, changes, field):
    response = save(make_compared_story(), expect=200, **changes)
    assert field in [problem.field for problem in response.context["problems"]]


def test_removing_a_source_that_a_cell_names_reports_the_cell(editor, save):
    response = save(make_compared_story(), expect=200, citations__0__DELETE="on")
    (problem,) = response.context["problems"]
    assert problem.field == "id_cells-0-source"
    assert "Ansgar Wire in “Homes emptied” names source 1" in problem.message


def test_two_people_change_two_cells_and_are_asked_about_the_same_one(client, editor, save):
    story, jonas = make_compared_story(), signed_in(make_user(role="Editor"))
    address = reverse(story.change_view_name, args=[story.pk])
    form = filled(client.get(address)) | {"_continue": "save"}
    save(story, by=jonas, cells__0__value="some 4,300")
    assert client.post(address, form | {"cells-1-value": "about 6,200"}).status_code == 302
    assert [value for _, _, value in list_cells(story)[0][1]] == ["some 4,300", "about 6,200"]
    response = client.post(address, form | {"cells-0-value": "some 4,400"})
    assert response.status_code == 200
    ((conflict, choice),) = response.context["conflict_choices"]
    assert (conflict.before, choice.field) == ("some 4,200", "id_cells-0-value")
    assert (choice.theirs["cells-0-value"], choice.theirs["cells-0-low"]) == ("some 4,300", "4300")


def test_look_searches_the_submitted_passages_and_stores_nothing(client, editor):
    story = make_compared_story()
    newest = revisions.get_newest_revision(story)
    form = filled(client.get(reverse(story.change_view_name, args=[story.pk])))
    form |= {"passages-0-text": "Ansgar Wire counts some 4,650 emptied homes.", "_point": "homes emptied"}
    pasted = {"_pasted-The Lisle Courier": "About 6,000 homes were emptied."}
    response = client.post(reverse("admin:stories_story_look", args=[story.pk]), form | pasted)
    found = {each["outlet"]: each for each in response.json()["outlets"]}
    assert (found["Ansgar Wire"]["source"], found["Ansgar Wire"]["suggestions"][0]["value"]) == (1, "some 4,650")
    assert found["The Lisle Courier"]["suggestions"][0]["low"] == "6000"
    assert revisions.get_newest_revision(story) == newest


def test_look_needs_a_point_and_the_right_to_edit(client, editor):
    address = reverse("admin:stories_story_look_new")
    assert client.post(address, {"_point": " "}).status_code == 400
    assert client.post(address, {"_point": "homes emptied"}).json() == {"outlets": []}
    assert client.get(address).status_code == 405
    curator = signed_in(make_user(role="Curator"))
    assert curator.post(address, {"_point": "homes emptied"}).status_code == 403
    assert curator.post(reverse("admin:stories_story_look", args=[make_story().pk]), {}).status_code == 403


def test_marks_of_points_are_shown_and_saved_with_uids(client, editor, save):
    story = make_compared_story()
    text = f"It emptied [some 4,200 homes](claim:{story.claims.get().uid})."
    save(story, sections__0__text=text)
    assert drafts.build_document(story).sections[0].text == text
    assert filled(client.get(reverse(story.change_view_name, args=[story.pk])))["sections-0-text"] == text
