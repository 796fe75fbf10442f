"""Every finding, except those on change notes, has an anchor that belongs to a control on the form."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils.html import escape

from stories import checks
from stories.admin.drafts.finding_fields import field_id, list_saved_rows, split_anchor
from stories.checks import CheckContext
from stories.drafts import revisions
from stories.models import Citation, KeyFigure, Work, WorkImage, WorkTopic
from tests.factories import make_article, make_image, make_outlet, make_question, make_story, make_topic
from tests.stories.checks.cases import CASES

pytestmark = pytest.mark.django_db
# Fields of the Publish screen: the kind of change, and the notes for readers.
ON_ANOTHER_SCREEN = {"change", "note", "was_wrong", "is_right"}


def list_anchors():
    """Return pairs of document kind and anchor, one for each finding in CASES that belongs to the form.

    In these anchors, ROW stands for the uid of a row or the number of a source.
    """
    anchors = set()
    for pair in CASES.values():
        for case in pair.fails:
            document, context = case if isinstance(case, tuple) else (case, CheckContext())
            for finding in checks.run_checks(document, context):
                anchor = re.sub(r"\.[0-9a-f-]{36}\.|^(citations)\.\d+\.", r"\1.ROW.", finding.anchor)
                anchors.add((document.kind, anchor))
    return anchors - {(kind, anchor) for kind in ("story", "question") for anchor in ON_ANOTHER_SCREEN}


@pytest.fixture
def works(db):
    """Return a story and a question, keyed by kind, with rows of all kinds that the anchors name."""
    outlet = make_outlet()
    story = make_story(
        outlets=(outlet, make_outlet()), questions=(make_question(),), articles=(make_article(outlet=outlet),),
        lead_image=make_image(), lead_alt="A pier", cut_off=True,
    )  # fmt: skip
    KeyFigure.objects.create(story=story, value="4,200", counts="lorries a day")
    story.forecasts.create(speaker="The mayor", expected="The pier opens.")
    claim = story.claims.create(claim="Cracked pillars")
    claim.cells.create(outlet=outlet, value="two")
    question = make_question(topics=(make_topic(),), cut_off=True)
    Citation.objects.create(work=question, article=make_article(), number=1)
    for work in (story, question):
        WorkImage.objects.create(work=work, image=make_image(), alt="A crane")
        WorkTopic.objects.create(work=work, proposed_name="Pillar")
        revisions.record_revision(work, by=None)
    return {"story": story, "question": question}


def last_row_identifier(work: Work, anchor: str) -> str:
    """Return the identifier of the last row of the kind that the anchor names."""
    kind = split_anchor(anchor)[0]
    return str(list_saved_rows(work)[{"topics": "work_topics", "questions": "story_questions"}.get(kind, kind)][-1])


def test_each_anchor_belongs_to_a_control_of_the_form(client, editor, works):
    anchors = list_anchors()
    assert len(anchors) > 25
    missing = []
    for kind, work in works.items():
        page = client.get(reverse(work.change_view_name, args=[work.pk])).content.decode()
        for document_kind, anchor in sorted(anchors):
            if document_kind == kind:
                row = last_row_identifier(work, anchor) if ".ROW." in anchor else ""
                control_id = field_id(anchor.replace("ROW", row), list_saved_rows(work))
                misses_row = control_id.startswith("rows-") and ".ROW." in anchor
                if f'id="{control_id}"' not in page or misses_row:
                    missing.append((kind, anchor, control_id))
    assert missing == []


def test_the_panel_of_findings_links_to_the_control(client, editor, works):
    story = works["story"]
    page = client.get(reverse(story.change_view_name, args=[story.pk])).content.decode()
    document = revisions.get_newest_revision(story).document.value()
    topic = next(topic for topic in document.topics if topic.topic is None)
    control_id = field_id(f"topics.{topic.uid}.name", list_saved_rows(story))
    assert f'href="#{control_id}"' in page
    assert f'id="{control_id}"' in page


def test_the_anchor_of_a_missing_row_belongs_to_its_formset(works):
    rows = list_saved_rows(works["story"])
    assert field_id(f"passages.{uuid4()}.text", rows) == "rows-passages"
    assert field_id("sections.timeline", rows) == "rows-sections"
    assert field_id("passages", rows) == "rows-passages"
    assert field_id("lead_picture", rows) == "id_lead"


def test_findings_are_grouped_by_level_with_a_count(client, editor, works):
    story = works["story"]
    response = client.get(reverse(story.change_view_name, args=[story.pk]))
    page, findings = response.content.decode(), [finding for finding, _ in response.context["findings"]]
    heading = re.search(r'id="head-blocker">(\d+) ', page)
    assert heading
    assert page.count('class="finding blocker"') == int(heading[1])
    fixed = [finding.message for finding in findings if finding.level == "blocker" and not finding.is_overridable]
    assert fixed
    for message in fixed:
        assert re.search(
            rf'>{re.escape(escape(message))}</a>(?: <span class="note" dir="auto">[^<]*</span>)? <span class="note">',
            page,
        )
