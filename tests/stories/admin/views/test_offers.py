"""Suggestions and errors in source rows."""

from django.urls import reverse

from tests.factories import make_article, make_outlet, make_story


def test_a_known_article_is_suggested_by_its_title(client, editor):
    make_article(
        title="The letter nobody answered", outlet=make_outlet(name="The Lisle Courier"), url="https://a.example/1"
    )
    story = make_story()
    page = client.get(reverse(story.change_view_name, args=[story.pk])).rendered_content
    assert '<option value="https://a.example/1">The letter nobody answered, The Lisle Courier</option>' in page


def test_errors_of_a_source_use_the_labels_of_the_form(editor, save):
    response = save(make_story(), expect=200, citations__0__url="https://a.example/1")
    assert [problem.place for problem in response.context["problems"]] == ["Source 1, Title", "Source 1, Outlet"]
