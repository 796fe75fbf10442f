"""docs/api.md: an example for each call, which can be sent as it stands and answers as it says."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from jsonschema import Draft202012Validator

from stories import publishing
from stories.drafts import revisions
from tests.factories import make_article, make_outlet, make_question, make_story, make_topic, make_user, update

pytestmark = pytest.mark.django_db

TEXT = (Path(settings.BASE_DIR) / "docs" / "api.md").read_text(encoding="utf-8")
SITE = "https://news.example"
EXAMPLES = re.findall(r"```http\nGET (\S+)\n```\n+```json\n(.*?)\n```", TEXT, re.DOTALL)


@pytest.fixture(autouse=True)
def newsroom(settings):
    """Publish what the examples speak of."""
    settings.SITE_URL = SITE
    editor = make_user()
    pier = make_topic(slug="north-pier", name="North pier", kind="place", description="The older pier of Port Lisle.")
    courier = make_outlet(slug="lisle-courier", name="The Lisle Courier", country="Vessara", language="en")
    wire = make_outlet(slug="corvane-wire", name="Corvane Wire", kind="agency", country="Corvane")
    asked = make_question(
        slug="may-lorries-use-the-north-pier",
        question="May lorries use the north pier again?",
        introduction="The limits of the pier, and who decides on them.",
        topics=(pier,),
        answers=1,
    )
    asked.answers.update(question="Who signs the permits?", text="The harbour office, once the pillar was measured.")
    revisions.record_revision(asked, by=editor)
    publishing.publish(asked, by=editor)
    article = make_article(
        outlet=courier,
        title="Crack found in third pillar",
        url="https://courier.example/crack",
        published_on=date(2026, 11, 9),
    )
    story = make_story(
        slug="north-pier-closed",
        topics=(pier,),
        outlets=(courier, wire),
        questions=(asked,),
        byline=("Ana Kestrel",),
        articles=(article,),
        texts={"behind": "The pier was built for fishing boats.[@1]"},
    )
    publishing.publish(story, by=editor)
    story.sections.filter(kind="background").update(text="A survey asked for a limit of nine tonnes.")
    revisions.record_revision(story, by=editor)
    publishing.publish(story, by=editor, change=update("The limit is named."))


@pytest.fixture
def description(client):
    return client.get("/api/v1/openapi.json").json()


def call_at(description, path):
    """Return the call that answers at ``path`` as the description has it."""
    paths = description["paths"]
    [found] = [each for each in paths if re.fullmatch(re.sub(r"\\{\w+\\}", r"[^/]+", re.escape(each)), path)]
    return paths[found]["get"]


def test_every_call_has_an_example(description):
    shown = {call_at(description, path.partition("?")[0])["operationId"] for path, _ in EXAMPLES}
    assert shown == {call["get"]["operationId"] for call in description["paths"].values()}


@pytest.mark.parametrize(("address", "said"), EXAMPLES, ids=[address for address, _ in EXAMPLES])
def test_an_example_answers_as_it_says(client, description, address, said):
    response = client.get(address)
    assert response.status_code == 200
    schema = call_at(description, address.partition("?")[0])["responses"]["200"]["content"]["application/json"][
        "schema"
    ]
    Draft202012Validator({**schema, "components": description["components"]}).validate(json.loads(said))
    assert without_moments(json.loads(said)) == without_moments(response.json())


def without_moments(value):
    """Return the value without what differs each time it is published: moments, days of updates and uids."""
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z(-\d+)?", "moment", json.dumps(value))
    text = re.sub(r"%?\d{8}T\d{6}\.\d{6}Z-\d+", "cursor", text)
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "uid", text)
    return json.loads(re.sub(r'"(day|as_of)": "[\d-]+"', r'"\1": "day"', text))
