"""Every place that a check can name is a control on the form."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from stories import checks
from stories.admin.drafts.finding_fields import field_id, list_saved_rows
from stories.checks import CheckContext
from stories.drafts import revisions
from stories.models import Work, WorkImage, WorkTopic
from tests.factories import make_article, make_image, make_outlet, make_question, make_story, make_topic
from tests.stories.checks.cases import CASES

pytestmark = pytest.mark.django_db
# What only the screen asks that publishes: the kind of change, and the words that readers are told.
ON_ANOTHER_SCREEN = {"change", "note", "was_wrong", "is_right"}


def patterns():
    """Return every anchor that the documents of CASES lead to, with ROW in the place of the row, by kind of document."""
    found = set()
    for pair in CASES.values():
        for case in pair.trips:
            document, context = case if isinstance(case, tuple) else (case, CheckContext())
            for finding in checks.run_checks(document, context):
                anchor = re.sub(r"\.[0-9a-f-]{36}\.|^(citations)\.\d+\.", r"\1.ROW.", finding.anchor)
                found.add((document.kind, anchor))
    return found - {(kind, anchor) for kind in ("story", "question") for anchor in ON_ANOTHER_SCREEN}


@pytest.fixture
def works(db):
    """Return a story and a question with a row of each kind."""
    outlet = make_outlet()
    story = make_story(
        outlets=(outlet, make_outlet()), questions=(make_question(),), articles=(make_article(outlet=outlet),),
        lead_image=make_image(), lead_alt="A pier", cut_off=True,
    )  # fmt: skip
    question = make_question(topics=(make_topic(),), cut_off=True)
    for work in (story, question):
        WorkImage.objects.create(work=work, image=make_image(), alt="A crane")
        WorkTopic.objects.create(work=work, proposed_name="Pillar")
        revisions.record_revision(work, by=None)
    return {"story": story, "question": question}


def row_of(work: Work, anchor: str) -> str:
    """Return what names the last row of the kind of an anchor."""
    kind = anchor.partition(".")[0]
    return str(list_saved_rows(work)[{"topics": "work_topics", "questions": "story_questions"}.get(kind, kind)][-1])


def test_each_anchor_belongs_to_a_control_of_the_form(client, editor, works):
    wanted = patterns()
    assert len(wanted) > 25
    missing = []
    for kind, work in works.items():
        page = client.get(reverse(work.change_view_name, args=[work.pk])).content.decode()
        for of, anchor in sorted(wanted):
            if of == kind:
                row = row_of(work, anchor) if ".ROW." in anchor else ""
                place = field_id(anchor.replace("ROW", row), list_saved_rows(work))
                leads_to_row = place.startswith("rows-") and ".ROW." in anchor
                if f'id="{place}"' not in page or leads_to_row:
                    missing.append((kind, anchor, place))
    assert missing == []


def test_the_panel_of_findings_links_to_the_control(client, editor, works):
    story = works["story"]
    page = client.get(reverse(story.change_view_name, args=[story.pk])).content.decode()
    document = revisions.get_newest_revision(story).document.value()
    topic = next(topic for topic in document.topics if topic.topic is None)
    place = field_id(f"topics.{topic.uid}.name", list_saved_rows(story))
    assert f'href="#{place}"' in page
    assert f'id="{place}"' in page


def test_the_anchor_of_a_missing_row_belongs_to_its_formset(works):
    places = list_saved_rows(works["story"])
    assert field_id(f"passages.{uuid4()}.text", places) == "rows-passages"
    assert field_id("sections.timeline", places) == "rows-sections"
    assert field_id("passages", places) == "rows-passages"
    assert field_id("lead_picture", places) == "id_lead"


def test_findings_are_grouped_by_level_with_a_count(client, editor, works):
    story = works["story"]
    page = client.get(reverse(story.change_view_name, args=[story.pk])).content.decode()
    heading = re.search(r'id="head-blocker">(\d+) blockers?</h3>', page)
    assert heading
    assert page.count('class="finding blocker"') == int(heading[1])
    assert "Nobody can override this." in page
