"""Every screen of the desk in a browser: no fault that axe finds, nothing that sticks out, in light and dark."""

import itertools

import pytest
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import expect

from newsroom.record import keeping
from stories import revisions
from stories.models import WorkTopic
from stories.publishing import reviewing
from tests.browser.test_reading import faults_of
from tests.factories import (
    make_article,
    make_failure,
    make_image,
    make_outlet,
    make_published_story,
    make_question,
    make_story,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db(transaction=True)

WIDTHS = (390, 1440)
# So high that the bar at the end of a form lies over nothing: what it covers is scrolled to, and no smaller for it.
HEIGHT = 7_000
SHORT = ((390, "light"), (1440, "dark"))


@pytest.fixture
def screens():
    """Return the address of each screen, with content on it."""
    outlets = (make_outlet(name="Radio Tessen"), make_outlet(name="Morrow Daily"))
    topic, question, article = make_topic(name="Port Lisle"), make_question(), make_article()
    story = make_published_story(
        outlets=outlets, topics=(topic,), questions=(question,), articles=(article,), byline=("Ana Kestrel",)
    )
    draft = make_story(headline="")
    WorkTopic.objects.create(work=draft, proposed_name="Philippa Oduya-Brandt", description="An engineer.")
    revisions.record(draft, by=None)
    make_image()
    models = {
        "story": ("stories", story),
        "faq": ("stories", question),
        "topic": ("topics", topic),
        "outlet": ("stories", outlets[0]),
        "article": ("stories", article),
    }
    found = {"home": reverse("admin:index"), "import": reverse("admin:import"), "names": reverse("admin:names")}
    for name, (app, thing) in models.items():
        found[f"{name} list"] = reverse(f"admin:{app}_{name}_changelist")
        found[f"new {name}"] = reverse(f"admin:{app}_{name}_add")
        found[name] = reverse(f"admin:{app}_{name}_change", args=[thing.pk])
    compared = make_story(texts={"happened": "Two of its **eleven** gates [stood open](https://gates.example/two)."})
    revisions.record(compared, by=None)
    compared.sections.filter(kind="happened").update(
        text="Two of its nine gates stood open, “rusted”.\n\n- One is shut."
    )
    WorkTopic.objects.create(work=compared, topic=topic)
    revisions.record(compared, by=None)
    topic_before = keeping.state_of(topic)
    topic.description = "A row of nine gates."
    topic.save()
    with transaction.atomic():
        keeping.changed(topic, topic_before, by=None, reason="The inquiry calls it so.")
    reviewed, returned = make_story(), make_story()
    for each in (reviewed, returned):
        reviewing.submit(each, by=make_user(role="Writer"), note="The tonnes are new.")
    reviewing.return_(returned, by=make_user(), reason="Who weighed the lorries?", revision_number=1)
    for name in ("history", "record", "withdraw"):
        found[name] = reverse(f"admin:stories_story_{name}", args=[story.pk])
    return found | {
        "in review": reverse("admin:stories_story_change", args=[reviewed.pk]),
        "returned": reverse("admin:stories_story_change", args=[returned.pk]),
        "record of a topic": reverse("admin:topics_topic_history", args=[topic.pk]),
        "draft": reverse("admin:stories_story_change", args=[draft.pk]),
        "bin": reverse("admin:stories_story_bin", args=[draft.pk]),
        "revision": reverse("admin:stories_story_revision", args=[story.pk, 1]),
        "compare": reverse("admin:stories_story_compare", args=[compared.pk, 2]),
        "join": reverse("admin:topics_topic_join", args=[topic.pk]),
        "pictures": reverse("admin:media_image_changelist"),
        "new picture": reverse("admin:media_image_add"),
        "people": reverse("admin:accounts_user_changelist"),
        "new person": reverse("admin:accounts_user_add"),
        "contributors": reverse("admin:accounts_contributor_changelist"),
        "about pages": reverse("admin:site_aboutpage_changelist"),
        "new about page": reverse("admin:site_aboutpage_add"),
        "the whole record": reverse("admin:record_event_changelist"),
        "failed work": reverse("admin:jobs_failure_changelist"),
        "failure": reverse("admin:jobs_failure_change", args=[make_failure().pk]),
    }


def test_no_screen_of_the_desk_hinders_anybody_or_scrolls_sideways(open_page, screens, full_length):
    administrator = make_user(role="Administrator")
    faults = {}
    for width, scheme in itertools.product(WIDTHS, ("light", "dark")) if full_length else SHORT:
        page = open_page(as_=administrator, viewport={"width": width, "height": HEIGHT}, color_scheme=scheme)
        for name, path in screens.items():
            response = page.goto(path)
            assert response.status == 200, name
            if found := faults_of(page, width):
                faults[name, width, scheme] = found
    assert faults == {}


def test_a_refused_form_leads_into_the_field_and_hinders_nobody(open_page, screens):
    page = open_page(as_=make_user(role="Editor"), viewport={"width": 1440, "height": HEIGHT})
    page.goto(screens["story"])
    page.get_by_label("Byline").fill("Nobody Knows")
    page.get_by_role("button", name="Save", exact=True).click()
    refusal = page.get_by_role("alert")
    expect(refusal).to_be_focused()
    assert faults_of(page, 1440) == []
    refusal.get_by_role("link").click()
    expect(page.get_by_label("Byline")).to_be_focused()
