"""The examples in docs/api.md: each operation has one, and the API returns what the examples show."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from stories import publishing
from stories.drafts import revisions
from stories.models import StoryForecast
from tests.factories import make_article, make_outlet, make_question, make_story, make_topic, make_update, make_user
from tests.json_schema import list_schema_errors
from tests.stories.claims import make_cell, make_claim, set_claims

pytestmark = pytest.mark.django_db

TEXT = (Path(settings.BASE_DIR) / "docs" / "api.md").read_text(encoding="utf-8")
SITE = "https://news.example"
EXAMPLES = re.findall(r"```http\nGET (\S+)\n```\n+```json\n(.*?)\n```", TEXT, re.DOTALL)


@pytest.fixture(autouse=True)
def published_works(settings):
    """Publish the works that the examples show."""
    settings.SITE_URL = SITE
    editor = make_user()
    pier = make_topic(slug="north-pier", name="North pier", kind="place", description="The older pier of Port Lisle.")
    courier = make_outlet(slug="lisle-courier", name="The Lisle Courier", country="Vessara", language="en")
    wire = make_outlet(slug="corvane-wire", name="Corvane Wire", kind="agency", country="Corvane")
    question = make_question(
        slug="may-lorries-use-the-north-pier",
        question="May lorries use the north pier again?",
        introduction="The limits of the pier, and who decides on them.",
        topics=(pier,),
        answers=1,
    )
    question.answers.update(question="Who signs the permits?", text="The harbour office, once the pillar was measured.")
    revisions.record_revision(question, by=editor)
    publishing.publish(question, by=editor)
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
        questions=(question,),
        byline=("Ana Kestrel",),
        articles=(article,),
        texts={"behind": "The pier was built for fishing boats.[@1]"},
    )
    StoryForecast.objects.create(
        story=story,
        speaker="Harbour office",
        speaker_kind="institution",
        said_on=date(2026, 11, 9),
        article=article,
        quotation="Lorries will be back in spring.",
        expected="Lorries may use the north pier again.",
        due_on=date(9031, 5, 31),
    )
    revisions.record_revision(story, by=editor)
    publishing.publish(story, by=editor)
    story.sections.filter(kind="background").update(text="A survey asked for a limit of nine tonnes.")
    lorries = make_claim(
        make_cell(courier, "40", source=1),
        make_cell(wire, "about 60", low="60", high="60", approximate=True, attributed_to="the harbour office"),
        claim="Lorries a day",
        as_of=date(2026, 11, 9),
        note="The harbour office counts both directions.",
    )
    set_claims(story, lorries)
    publishing.publish(story, by=editor, change=make_update("The limit is named."))


@pytest.fixture
def description(client):
    return client.get("/api/v1/openapi.json").json()


def find_operation(description, path):
    """Return the operation that serves ``path``, from the description of the API."""
    paths = description["paths"]
    [template] = [each for each in paths if re.fullmatch(re.sub(r"\\{\w+\\}", r"[^/]+", re.escape(each)), path)]
    return paths[template]["get"]


def test_every_operation_has_an_example(description):
    documented = {find_operation(description, path.partition("?")[0])["operationId"] for path, _ in EXAMPLES}
    assert documented == {call["get"]["operationId"] for call in description["paths"].values()}


def test_every_schema_property_and_parameter_is_described(description):
    schemas = description["components"]["schemas"]

    def is_described(part):
        # The type of a property may be a schema of its own, such as a language.
        return bool(
            part.get("description") or schemas.get(part.get("$ref", "").rpartition("/")[2], {}).get("description")
        )

    parts = {(name, code): each for name in schemas for code, each in schemas[name].get("properties", {}).items()}
    parts |= {
        (path, each["name"]): each for path, call in description["paths"].items() for each in call["get"]["parameters"]
    }
    assert [place for place, part in parts.items() if not is_described(part)] == []
    objects = {name: schema for name, schema in schemas.items() if "properties" in schema}
    assert [name for name, schema in objects.items() if not schema.get("description")] == []


@pytest.mark.parametrize(("address", "expected"), EXAMPLES, ids=[address for address, _ in EXAMPLES])
def test_the_api_returns_the_response_in_the_example(client, description, address, expected):
    response = client.get(address)
    assert response.status_code == 200
    schema = find_operation(description, address.partition("?")[0])["responses"]["200"]["content"]["application/json"][
        "schema"
    ]
    assert list_schema_errors(json.loads(expected), {**schema, "components": description["components"]}) == []
    assert remove_volatile_values(json.loads(expected)) == remove_volatile_values(response.json())


def remove_volatile_values(value):
    """Return the value with placeholders for times, days, cursors and uids, because these differ between runs."""
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z(-\d+)?", "moment", json.dumps(value))
    text = re.sub(r"%?\d{8}T\d{6}\.\d{6}Z-\d+", "cursor", text)
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "uid", text)
    return json.loads(re.sub(r'"(day|as_of)": "[\d-]+"', r'"\1": "day"', text))
