"""The first line of a story's text: which lines are offered as the headline, and that no word is lost."""

import pytest

from stories.documents import Explainer
from stories.documents.export import to_text
from stories.documents.parse import KnownNames, parse_file

STORY = "What's happened\nThe gate closed on Monday.\n"


def parse_opening(opening: str) -> tuple[Explainer, Explainer | None]:
    """Return the story as it is read, and as it is read with the first line as its headline."""
    parsed = parse_file(f"{opening}\n{STORY}".encode(), KnownNames()).imported
    titled = parsed.with_first_line
    assert isinstance(parsed.document, Explainer)
    assert titled is None or isinstance(titled.document, Explainer)
    return parsed.document, titled.document if titled else None  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("opening", "headline", "standfirst"),
    [
        ("Why the gate closed", "Why the gate closed", ""),
        ("Why the gate closed\n", "Why the gate closed", ""),
        ("Why the gate closed\n\nIt was not oiled.", "Why the gate closed", "It was not oiled."),
        ("Why the gate closed\nIt was\nnot oiled.", "Why the gate closed", "It was not oiled."),
        ("Why the gate closed\n\n- One\n- Two", "Why the gate closed", "- One\n\n- Two"),
        ("لماذا أغلقت البوابة\n\nلم تزيت منذ عام.", "لماذا أغلقت البوابة", "لم تزيت منذ عام."),
    ],
)
def test_a_first_line_like_a_title_can_become_the_headline(opening, headline, standfirst):
    as_read, titled = parse_opening(opening)
    assert titled is not None
    assert (titled.headline, titled.standfirst, titled.headline_confirmed) == (headline, standfirst, False)
    assert to_text(as_read).split() == f"{opening} {STORY}".replace("- ", "- ").split()


@pytest.mark.parametrize(
    "opening",
    [
        "",
        "The gate closed.",
        "“The gate closed.”",
        "Why did the gate close?",
        "The gate closed on Monday and did not open again until the\nboats had left.",
        "Three things are known:\nIt closed.",
        "- Why the gate closed",
        "x" * 121,
    ],
)
def test_other_first_lines_stay_in_the_standfirst(opening):
    assert parse_opening(opening)[1] is None
