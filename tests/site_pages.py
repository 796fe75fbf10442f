"""Make a few pages of the kinds that readers open most, for tests that disturb a site while it is read."""

from tests.factories import make_published_question, make_published_story


def make_pages() -> list[str]:
    """Publish three stories and a question. Return their addresses, those of two lists, and that of a search."""
    stories = [make_published_story(slug=f"story-{number}") for number in range(3)]
    question = make_published_question()
    return [
        *(f"/stories/{story.slug}/" for story in stories),
        f"/questions/{question.slug}/",
        "/",
        "/stories/",
        "/search/?q=story",
    ]
