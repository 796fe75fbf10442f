"""The three groups of sections on the page of a story, and the contents that list them."""

import re

import pytest

from stories import publishing
from stories.documents.page_order import PageGroup
from stories.models import Section
from stories.public.pages.works.contents import build_contents
from stories.public.pages.works.open_questions import fold_answered
from tests.factories import (
    make_article,
    make_published_question,
    make_published_story,
    make_story,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db


def read_groups(page):
    """Return the names of the groups in the contents, each with the fragments of its links."""
    nav = page.partition('<nav class="contents"')[2].partition("</nav>")[0]
    groups = re.findall(r'<p class="label" id="([^"]+)">[^<]+</p><ol aria-labelledby="([^"]+)">(.*?)</ol>', nav)
    assert all(label == named for label, named, _ in groups)
    return {label: re.findall(r'href="#([^"]+)"', items) for label, _, items in groups}


@pytest.fixture
def page(client):
    """Return the HTML of a story with a section in each group, whose sections are not in page order."""
    editor = make_user()
    story = make_story(
        articles=(make_article(),),
        questions=(make_published_question(by=editor),),
        topics=(make_topic(),),
        texts={"behind": "It had been cracked for years.[@1]"},
        method_note="Written by two people.",
    )
    Section.objects.create(story=story, kind="next", heading="What happens next", text="It opens.", position=0)
    Section.objects.create(story=story, kind="free", heading="A letter", text="Dear all.", position=99)
    publishing.publish(story, by=editor)
    return client.get(f"/stories/{story.slug}/").content.decode()


def test_the_contents_are_in_three_groups(page):
    assert read_groups(page) == {
        "group-story": [
            "whats-happened",
            "whats-behind-the-headline",
            "what-the-papers-say",
            "how-we-got-here",
            "a-letter",
        ],
        "group-next": ["what-happens-next", "questions"],
        "group-method": ["sources", "method"],
    }


def test_the_sections_of_the_page_are_in_the_order_of_the_contents(page):
    listed = [anchor for anchors in read_groups(page).values() for anchor in anchors]
    ids = re.findall(r'\bid="([^"]+)"', page.partition("<h1")[2])
    assert [anchor for anchor in ids if anchor in listed] == listed
    assert page.index('id="method"') < page.index('id="topics"')


def test_the_last_group_folds_to_one_line_and_is_open_without_scripts(page):
    assert re.search(r'<details class="chapter know" open>\s*<summary', page)
    line = re.search(r'<span class="fold">([^<]+)</span>', page.partition('class="chapter know"')[2])
    assert line
    assert line[1] == "Sources (1), method"


def test_a_link_skips_the_contents(page):
    first = re.search(r'<a class="skip-contents" href="#([^"]+)"', page)
    assert first
    assert first[1] == "whats-behind-the-headline"


def test_a_group_without_sections_has_no_name(client):
    page = client.get(f"/stories/{make_published_story().slug}/").content.decode()
    assert list(read_groups(page)) == ["group-story"]
    assert 'class="chapter-name' not in page


def test_empty_parts_are_not_in_the_contents():
    contents = build_contents(
        [
            (PageGroup.STORY, "happened", "What’s happened", True),
            (PageGroup.WHAT_NEXT, "questions", "Common questions", []),
            (PageGroup.METHOD, "sources", "Sources", ["one"]),
        ]
    )
    assert [group.code for group in contents.groups] == ["story", "method"]
    assert len(contents) == 2


OPEN = '<li data-state="open"><p>Why?</p><ul><li>One</li></ul></li>'
ANSWERED = '<li data-state="answered"><p>Who?</p></li>'


def test_answered_questions_are_folded_to_their_number():
    html = f'<p>We asked.</p><ul class="unknowns">{ANSWERED}\n{OPEN}</ul>\n<p>More.</p><ul><li>Soon</li></ul>'
    folded = fold_answered(html, "unknowns")
    assert folded.startswith(f'<p>We asked.</p><ul class="unknowns">{OPEN}</ul><details class="answered">')
    assert re.search(r"<summary[^>]*><span>1 [^<]+</span></summary>", folded)
    assert folded.endswith(f'<ul class="unknowns">{ANSWERED}</ul></details>\n<p>More.</p><ul><li>Soon</li></ul>')


@pytest.mark.parametrize(
    ("html", "kind"),
    [
        (f'<ul class="unknowns">{OPEN}</ul>', "unknowns"),
        ("<p>We know.</p>", "unknowns"),
        (f'<ul class="unknowns">{ANSWERED}</ul>', "free"),
    ],
)
def test_nothing_else_is_folded(html, kind):
    assert fold_answered(html, kind) == html


def test_only_the_remaining_questions_are_shown_when_all_are_answered():
    assert fold_answered(f'<ul class="unknowns">{ANSWERED}</ul>', "unknowns").startswith('<details class="answered">')
