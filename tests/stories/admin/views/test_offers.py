"""What the fields of a form offer."""

from django.urls import reverse

from tests.factories import make_article, make_outlet, make_story


def test_an_article_that_is_kept_is_offered_by_its_title(client, editor):
    make_article(
        title="The letter nobody answered", outlet=make_outlet(name="The Lisle Courier"), url="https://a.example/1"
    )
    story = make_story()
    page = client.get(reverse(story.change_view_name, args=[story.pk])).rendered_content
    assert '<option value="https://a.example/1">The letter nobody answered, The Lisle Courier</option>' in page


def test_what_is_refused_about_a_source_is_named_as_the_form_names_it(editor, save):
    response = save(make_story(), expect=200, citations__0__url="https://a.example/1")
    assert [problem.place for problem in response.context["problems"]] == ["Source 1, Title", "Source 1, Outlet"]
