"""A story from import to withdrawal, with forms only, as in a browser without JavaScript."""

from django.contrib import messages
from django.test import Client
from django.urls import reverse

from stories.models import Edition, Story
from tests.factories import make_outlet, make_user
from tests.stories.admin.form_data import filled

TEXT = """What's happened
The ferry to Norrhavn was late all week because its bow door froze.

What's behind the headline?
The door was built for milder winters, and nobody ordered the heater that the yard had offered.

What the papers say
The Lisle Courier reports that the heater was offered twice. Ansgar Wire says the yard kept both letters.

How we got here
The ferry was bought second-hand from a southern line.

Common question
-
Who pays for the missed crossings?
The line pays back tickets, and nothing else so far.

More on these topics
-
Norrhavn is a harbour town on the far side of the sound.
"""


def test_an_imported_text_becomes_a_public_story_with_its_own_question_page(db):
    make_outlet(name="The Lisle Courier")
    make_outlet(name="Ansgar Wire")
    desk, reader = Client(), Client()
    desk.force_login(make_user(role="Editor"))

    preview = desk.post(reverse("admin:import_text"), {"text": TEXT})
    desk.post(reverse("admin:import_text"), filled(preview) | {"take_in": "yes"})
    story = Story.objects.get()
    assert reader.get("/stories/").status_code == 200
    assert "Norrhavn" not in reader.get("/stories/").content.decode()

    names = reverse("admin:proposed_names")
    desk.post(names, {"what": "topic", "name": "Norrhavn", "decision": "confirm", "kind": "place"})
    faq = story.story_questions.get().faq
    address = reverse(faq.change_view_name, args=[faq.pk])
    question = filled(desk.get(address)) | {
        "answers-0-question": "What do tickets cost again?",
        "answers-0-text": "Whoever missed a crossing gets the fare back at the counter.",
        "question_confirmed": "on",
        "_continue": "save",
    }
    assert desk.post(address, question).status_code == 302

    address = reverse(story.change_view_name, args=[story.pk])
    form = filled(desk.get(address)) | {
        "headline": "Why the ferry to Norrhavn was late all week",
        "headline_confirmed": "on",
        "slug": "norrhavn-ferry",
        "_continue": "publish",
    }
    assert form["story_questions-0-goes_out"] == "on"
    published = desk.post(address, form, follow=True)
    assert Edition.objects.get(work=story).label == "1"
    reports = [str(message) for message in published.context["messages"] if message.level == messages.SUCCESS]
    assert any('href="/stories/norrhavn-ferry/"' in report for report in reports)

    page = reader.get("/stories/norrhavn-ferry/").content.decode()
    assert "because its bow door froze" in page
    assert "Ansgar Wire" in page
    assert reader.get(f"/questions/{faq.slug}/").status_code == 200
    assert "Why the ferry to Norrhavn was late all week" in reader.get("/topics/norrhavn/").content.decode()

    desk.post(reverse("admin:stories_story_withdraw", args=[story.pk]), {"notice": "We mistook the line."})
    gone = reader.get("/stories/norrhavn-ferry/")
    assert gone.status_code == 410
    assert "We mistook the line." in gone.content.decode()
