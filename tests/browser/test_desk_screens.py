"""Every screen of the desk in a browser, light and dark: axe finds nothing, and nothing overflows the window."""

import itertools
from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import resolve, reverse
from playwright.sync_api import expect

from newsroom.audit import track_changes
from newsroom.http import clock
from stories import publishing
from stories.drafts import revisions
from stories.models import WorkTopic
from stories.publishing import review
from tests.browser.faults import find_faults
from tests.conftest import FULL_LENGTH, signed_in
from tests.factories import (
    make_article,
    make_author,
    make_failure,
    make_image,
    make_outlet,
    make_published_story,
    make_question,
    make_story,
    make_topic,
    make_update,
    make_user,
)
from tests.journeys.desk import make_attempts

pytestmark = [pytest.mark.screens, pytest.mark.django_db(transaction=True)]

WIDTHS = (390, 1440)
# In so high a window, the bar at the end of a form covers nothing. In use, the covered part can be scrolled into view.
HEIGHT = 7_000
# Each width and each scheme once; at full length, every combination.
COMBINATIONS = tuple(itertools.product(WIDTHS, ("light", "dark"))) if FULL_LENGTH else ((390, "light"), (1440, "dark"))


@pytest.fixture
def screens():
    """Make content for the screens of the desk, and return their addresses, keyed by name."""
    outlets = (make_outlet(name="Radio Tessen"), make_outlet(name="Morrow Daily"))
    topic, question, article = make_topic(name="Port Lisle"), make_question(), make_article()
    story = make_published_story(
        outlets=outlets, topics=(topic,), questions=(question,), articles=(article,), byline=("Ana Kestrel",)
    )
    draft = make_story(headline="")
    WorkTopic.objects.create(work=draft, proposed_name="Philippa Oduya-Brandt", description="An engineer.")
    revisions.record_revision(draft, by=None)
    image = make_image(title="The quay", tags="quay, Lisle")
    make_story(lead_image=image)
    models = {
        "story": ("stories", story),
        "faq": ("stories", question),
        "topic": ("topics", topic),
        "outlet": ("stories", outlets[0]),
        "article": ("stories", article),
    }
    addresses = {
        "home": reverse("admin:index"),
        "import": reverse("admin:import_text"),
        "names": reverse("admin:proposed_names"),
    }
    for name, (app, instance) in models.items():
        addresses[f"{name} list"] = reverse(f"admin:{app}_{name}_changelist")
        addresses[f"new {name}"] = reverse(f"admin:{app}_{name}_add")
        addresses[name] = reverse(f"admin:{app}_{name}_change", args=[instance.pk])
    compared = make_story(texts={"happened": "Two of its **eleven** gates [stood open](https://gates.example/two)."})
    revisions.record_revision(compared, by=None)
    compared.sections.filter(kind="happened").update(
        text="Two of its nine gates stood open, “rusted”.\n\n- One is shut."
    )
    WorkTopic.objects.create(work=compared, topic=topic)
    revisions.record_revision(compared, by=None)
    topic_before = track_changes.state_of(topic)
    topic.description = "A row of nine gates."
    topic.save()
    with transaction.atomic():
        track_changes.record_changed(topic, topic_before, by=None, reason="The inquiry calls it so.")
    reviewed, returned = make_story(), make_story()
    for each in (reviewed, returned):
        review.send_for_review(each, by=make_user(role="Writer"), note="The tonnes are new.")
    review.return_to_writer(returned, by=make_user(), reason="Who weighed the lorries?", revision_number=1)
    addresses |= make_publishing_screens()
    for name in ("history", "audit_log", "withdraw", "expire"):
        addresses[name] = reverse(f"admin:stories_story_{name}", args=[story.pk])
    return addresses | {
        "in review": reverse("admin:stories_story_change", args=[reviewed.pk]),
        "returned": reverse("admin:stories_story_change", args=[returned.pk]),
        "text to review": reverse("admin:stories_story_review", args=[reviewed.pk]),
        "changes to review": f"{reverse('admin:stories_story_review', args=[compared.pk])}?since=1",
        "week": reverse("admin:calendar"),
        "month": f"{reverse('admin:calendar')}?month",
        "calendar as a list": f"{reverse('admin:calendar')}?list",
        "record of a topic": reverse("admin:topics_topic_history", args=[topic.pk]),
        "draft": reverse("admin:stories_story_change", args=[draft.pk]),
        "bin": reverse("admin:stories_story_trash", args=[draft.pk]),
        "revision": reverse("admin:stories_story_revision", args=[story.pk, 1]),
        "compare": reverse("admin:stories_story_compare", args=[compared.pk, 2]),
        "join": reverse("admin:topics_topic_merge", args=[topic.pk]),
        "what moves": f"{reverse('admin:stories_outlet_merge', args=[outlets[0].pk])}?into=Morrow+Daily",
        "search": f"{reverse('admin:search')}?q=lisle",
        "picture": reverse("admin:media_image_change", args=[image.pk]),
        "many pictures": reverse("admin:media_image_upload"),
        "replace picture": reverse("admin:replace_image", args=[image.pk]),
        "replace picture in drafts": reverse("admin:replace_image_in_drafts", args=[image.pk, make_image().pk]),
        "pictures": reverse("admin:media_image_changelist"),
        "new picture": reverse("admin:media_image_add"),
        "people": reverse("admin:accounts_user_changelist"),
        "new person": reverse("admin:accounts_user_add"),
        "contributors": reverse("admin:accounts_contributor_changelist"),
        "contributor": reverse(
            "admin:accounts_contributor_change", args=[make_author(topics=(make_topic(),), picture=make_image()).pk]
        ),
        "about pages": reverse("admin:site_aboutpage_changelist"),
        "new about page": reverse("admin:site_aboutpage_add"),
        "the full activity log": reverse("admin:record_event_changelist"),
        "failed work": reverse("admin:jobs_failure_changelist"),
        "failure": reverse("admin:jobs_failure_change", args=[make_failure().pk]),
    }


def reword(story, headline, editor):
    story.headline = headline
    story.save()
    revisions.record_revision(story, by=editor)


def make_publishing_screens() -> dict[str, str]:
    """Make works and bundles, and return the addresses of the screens on which they are published, keyed by name."""
    editor, at = make_user(), clock.now()
    first, short = make_story(questions=(make_question(),)), make_story(headline="Too short")
    scheduled = make_published_story(by=editor, headline="What the new quay of Port Lisle will cost")
    for days in (3, 9):
        reword(scheduled, f"What the new quay of Port Lisle costs in {days} years", editor)
        publishing.schedule(scheduled, by=editor, at=at + timedelta(days=days), change=make_update())
    publishing.schedule_expiry(scheduled, by=editor, at=at + timedelta(days=40), notice="The quay is built.")
    reword(scheduled, "What the new quay of Port Lisle costs in thirty years", editor)
    # Another story is published under the same headline after this one was scheduled.
    blocked = make_story(headline="How the tide tables of Port Lisle are made")
    publishing.schedule(blocked, by=editor, at=at + timedelta(days=4))
    publishing.publish(make_story(headline=blocked.headline), by=editor)
    stuck = make_story(headline="Why the customs house of Port Lisle is empty")
    WorkTopic.objects.create(work=stuck, proposed_name="Ansgar Holm", description="A harbour master.")
    revisions.record_revision(stuck, by=editor)
    draft_bundle = publishing.save_bundle("The flood, one year on", [first, scheduled, short, stuck], by=editor)
    published_bundle = publishing.save_bundle("Crab season", [make_story()], by=editor)
    publishing.publish_bundle(published_bundle, by=editor)
    undone_bundle = publishing.save_bundle("The auction", [make_story()], by=editor)
    publishing.publish_bundle(undone_bundle, by=editor)
    publishing.undo_bundle(undone_bundle, by=editor, note="It was a day too early.")
    stories = {"first": first, "again": scheduled, "against a check": short, "kept back": stuck}
    return {
        **{
            f"publish, {name}": reverse("admin:stories_story_publish", args=[each.pk]) for name, each in stories.items()
        },
        "what waits": reverse("admin:stories_story_change", args=[scheduled.pk]),
        "what came up since": reverse("admin:stories_story_change", args=[blocked.pk]),
        "bundle list": reverse("admin:stories_bundle_changelist"),
        "new bundle": f"{reverse('admin:stories_bundle_add')}?work={first.pk}",
        "bundle": reverse("admin:stories_bundle_change", args=[draft_bundle.pk]),
        "publish bundle": reverse("admin:stories_bundle_publish", args=[draft_bundle.pk]),
        "sent bundle": reverse("admin:stories_bundle_change", args=[published_bundle.pk]),
        "undo bundle": reverse("admin:stories_bundle_undo", args=[published_bundle.pk]),
        "undone bundle": reverse("admin:stories_bundle_change", args=[undone_bundle.pk]),
    }


def test_no_screen_of_the_desk_has_faults(open_page, screens):
    administrator = make_user(role="Administrator")
    faults = {}
    for width, scheme in COMBINATIONS:
        page = open_page(as_=administrator, viewport={"width": width, "height": HEIGHT}, color_scheme=scheme)
        for name, path in screens.items():
            response = page.goto(path)
            assert response.status == 200, name
            if found := find_faults(page, width):
                faults[name, width, scheme] = found
    assert faults == {}


def test_no_other_page_of_the_desk_has_faults(open_page, screens):
    """Open the other addresses in the table of rights, so that new screens are included automatically."""
    covered = {resolve(path.partition("?")[0]).url_name for path in screens.values()}
    administrator = make_user(role="Administrator")
    client = signed_in(administrator)
    rest = {
        attempt.route: attempt.address
        for attempt in make_attempts(administrator)
        if {attempt.route, attempt.route.replace("_faq_", "_story_")}.isdisjoint(covered)
        and is_page(client.get(attempt.address))
    }
    faults = {}
    for width, scheme in COMBINATIONS:
        page = open_page(as_=administrator, viewport={"width": width, "height": HEIGHT}, color_scheme=scheme)
        for name, path in rest.items():
            page.goto(path)
            if found := find_faults(page, width):
                faults[name, width, scheme] = found
    assert faults == {}


# The words of the navigation in other languages, which are longer than in English, or run the other way.
NAVIGATION_WORDS = {
    "en": [],
    "de": ["Startseite", "Beiträge", "Fragen", "Themen", "Medien", "Bilder", "Kalender", "Mehr", "Mitteilungen"],
    "es": ["Inicio", "Reportajes", "Preguntas", "Temas", "Medios", "Imágenes", "Calendario", "Más", "Avisos"],
    "ar": ["الرئيسية", "القصص", "الأسئلة", "المواضيع", "وسائل الإعلام", "الصور", "التقويم", "المزيد", "الإشعارات"],
}
REPLACE_WORDS = """([language, words]) => {
    document.documentElement.lang = language;
    document.documentElement.dir = language === 'ar' ? 'rtl' : 'ltr';
    const places = [...document.querySelectorAll('.places > li > a, .places > li > details > summary')].slice(0, 9);
    for (const [at, word] of words.entries()) places[at].firstChild.data = word;
}"""
OVERLAPS = """() => {
    const boxes = [...document.querySelectorAll('.wordmark, .places > li')].map(each => each.getBoundingClientRect());
    const apart = (a, b) => a.right <= b.left + 0.5 || b.right <= a.left + 0.5;
    const pairs = boxes.flatMap((one, at) => boxes.slice(at + 1).map(other => [one, other]));
    const inside = ({left, right, height}) => left >= 0 && right <= innerWidth && height < 60;
    return pairs.filter(([one, other]) => !apart(one, other)).length + boxes.filter(box => !inside(box)).length;
}"""


def test_the_navigation_fits_every_width_and_marks_the_current_page(open_page):
    page = open_page(as_=make_user(role="Administrator", first_name="Wilhelmina", last_name="Oduya-Brandt"))
    for width in (390, 768, 1024, 1280, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(reverse("admin:stories_bundle_changelist"))
        assert find_faults(page, width) == []
        navigation = page.get_by_role("navigation", name="Main navigation")
        toggle = navigation.get_by_text("More" if width >= 1024 else "Menu")
        toggle.click()
        expect(navigation.get_by_role("link", name="Bundles")).to_have_attribute("aria-current", "page")
        assert find_faults(page, width) == []
        navigation.get_by_role("link", name="Bundles").focus()
        page.keyboard.press("Escape")
        expect(navigation.get_by_role("link", name="Bundles")).to_be_hidden()
        assert toggle.evaluate("node => node === document.activeElement")
        for language, words in NAVIGATION_WORDS.items() if width >= 1024 else ():
            page.evaluate(REPLACE_WORDS, [language, words])
            assert page.evaluate(OVERLAPS) == 0, (width, language)


def test_every_screen_of_the_navigation_is_at_most_two_clicks_away(open_page):
    page = open_page(reverse("admin:stories_story_changelist"), as_=make_user(role="Administrator"))
    navigation = page.get_by_role("navigation", name="Main navigation")
    navigation.get_by_text("More").click()
    navigation.get_by_role("link", name="Health").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Health")
    navigation.get_by_role("searchbox").fill("pier")
    navigation.get_by_role("searchbox").press("Enter")
    expect(page.get_by_text("Nothing found for “pier”.")).to_be_visible()


def is_page(response) -> bool:
    """Return whether a response is a screen of the desk rather than data, a file or a public page."""
    is_html = response.status_code == 200 and response["Content-Type"].startswith("text/html")
    return is_html and b"desk-masthead" in response.content


def test_an_invalid_form_links_to_the_field_and_has_no_faults(open_page, screens):
    page = open_page(as_=make_user(role="Editor"), viewport={"width": 1440, "height": HEIGHT})
    page.goto(screens["story"])
    page.get_by_label("Byline").fill("Nobody Knows")
    page.get_by_role("button", name="Save", exact=True).click()
    refusal = page.get_by_role("alert")
    expect(refusal).to_be_focused()
    assert find_faults(page, 1440) == []
    refusal.get_by_role("link").click()
    expect(page.get_by_label("Byline")).to_be_focused()


def test_the_publishing_form_focuses_missing_fields_and_has_no_faults(open_page):
    page = open_page(as_=make_user(role="Editor"), viewport={"width": 390, "height": HEIGHT})
    page.goto(make_publishing_screens()["publish, again"])
    page.get_by_label("Correction").check()
    page.get_by_label("What was wrong").fill("")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_label("What was wrong")).to_be_focused()
    assert find_faults(page, 390) == []
    page.get_by_label("Update").check()
    expect(page.get_by_label("What was wrong")).to_be_hidden()
    page.get_by_role("radio", name="Schedule", exact=True).check()
    page.get_by_label("Note for readers").fill("It costs more.")
    page.get_by_role("button", name="Schedule").click()
    expect(page.get_by_label("Day", exact=True)).to_be_focused()
    assert find_faults(page, 390) == []
    page.get_by_role("radio", name="Now", exact=True).check()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("group", name="Edition 2.0").get_by_label("Include this change")).to_be_focused()
    assert find_faults(page, 390) == []


def test_an_ambiguous_time_can_be_resolved_without_javascript(open_page, settings):
    settings.TIME_ZONE = "Europe/Paris"
    state = open_page(as_=make_user(role="Editor")).context.storage_state()
    plain = open_page(make_publishing_screens()["publish, first"], java_script_enabled=False, storage_state=state)
    plain.get_by_role("radio", name="Schedule", exact=True).check()
    plain.get_by_label("Day", exact=True).fill("2035-10-28")
    plain.get_by_label("Time", exact=True).fill("02:30")
    plain.get_by_role("button", name="Publish").click()
    expect(plain.get_by_text("02:30 occurs twice on 28 October 2035")).to_be_visible()
    plain.get_by_label("Which of the two").select_option("The second, CET")
    plain.get_by_role("button", name="Publish").click()
    expect(plain.get_by_text("Revision 1 goes live on Sunday 28 October 2035 at 02:30 (CET)")).to_be_visible()
