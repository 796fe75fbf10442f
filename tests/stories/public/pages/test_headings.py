"""Every heading of an imported text is on its page and in its copy, in every language."""

import re
from io import StringIO

import pytest
from django.core.management import call_command

from stories.documents import SECTION_KINDS
from stories.documents.headings import HEADINGS, usual_heading
from stories.documents.page_order import in_page_order
from stories.models import Story
from tests.factories import make_topic, reduce_checks_to_hints
from tests.stories.documents.parse.multilingual_documents import PARTS

pytestmark = [pytest.mark.portable, pytest.mark.django_db]
CODES = [*in_page_order((code for code in SECTION_KINDS if code != "free"), kind=str), *PARTS]


def import_story(text: str, path) -> Story:
    reduce_checks_to_hints()
    file = path / "story.txt"
    file.write_text(text, encoding="utf-8")
    options = ("--publish", "--confirm-names", "--leave-questions", "--headline", "Why the Kelmar barrier is shut")
    call_command("import_explainer", str(file), "--by", "editor", *options, stdout=StringIO())
    return Story.objects.get()


def list_headings(client, address: str) -> list[str]:
    headings = re.findall(r"<h2[^>]*>(.*?)</h2>", client.get(address).content.decode(), re.DOTALL)
    return [" ".join(re.sub(r"<[^>]*>", "", heading).split()) for heading in headings]


@pytest.mark.parametrize("omitted", ["", "questions", "topics"])
@pytest.mark.parametrize("language", HEADINGS)
def test_all_headings_of_an_imported_text_are_on_its_page_and_in_its_copy(client, editor, tmp_path, language, omitted):
    make_topic(name="Kelmar")
    codes = [code for code in CODES if code != omitted]
    texts = {
        "papers": "Ansgar Wire reports that it held. Radio Tessen reports that a pump failed.\n",
        "deeper": "",
        "questions": "-\nWho pays for it?\nThe city pays.\n",
        "topics": "-\nKelmar is a river in the north.\n",
    }
    text = "".join(
        f"{usual_heading(code, language)}\n{texts.get(code, f'It is told {number} times.' + chr(10))}"
        for number, code in enumerate(codes, start=2)
    )
    story = import_story(text, tmp_path)
    expected = [usual_heading(code, language) for code in codes]
    assert [heading for heading in list_headings(client, f"/stories/{story.slug}/") if heading in expected] == expected
    lines = client.get(f"/stories/{story.slug}.txt").content.decode().split("\n")
    assert [line for line in lines if line in expected] == expected


def test_a_heading_without_content_below_it_is_not_shown(client, editor, tmp_path):
    story = import_story("What's happened\nIt is shut.\nWhat the papers say\nIt is known.\nGo deeper\n", tmp_path)
    assert "Go deeper" not in list_headings(client, f"/stories/{story.slug}/")
    assert "Go deeper" not in client.get(f"/stories/{story.slug}.txt").content.decode()
