"""Pages are sent without the indentation of their templates."""

import pytest
from django.http import HttpResponse

from newsroom.page_cache.responses import finish_response
from tests.effort import at_most


@pytest.mark.parametrize(
    ("html", "sent"),
    [
        ("<ul>\n    <li>One</li>\n\n  <li>Two</li>\n</ul>\n", "<ul>\n<li>One</li>\n<li>Two</li>\n</ul>\n"),
        ("<p>One\n  <pre>\n  two\n</pre>\n  </p>", "<p>One\n<pre>\n  two\n</pre>\n</p>"),
        ("<p>\n  <textarea>\n  two</textarea></p>", "<p>\n<textarea>\n  two</textarea></p>"),
        ("<p>\n  One <pre>\n  two\n  three", "<p>\nOne <pre>\n  two\n  three"),
    ],
)
def test_html_loses_its_indentation_except_where_white_space_counts(rf, html, sent):
    assert finish_response(rf.get("/"), HttpResponse(html)).content.decode() == sent


def test_many_elements_without_an_end_tag_take_linear_time(rf):
    with at_most(seconds=2):
        assert finish_response(rf.get("/"), HttpResponse("<pre\n " * 60_000)).status_code == 200


def test_other_responses_keep_theirs(rf):
    text = "{\n  1\n}"
    response = finish_response(rf.get("/"), HttpResponse(text, content_type="application/json"))
    assert response.content.decode() == text
