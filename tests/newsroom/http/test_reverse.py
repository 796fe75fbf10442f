"""Where the page of a thing is."""

import pytest
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from newsroom.http.reverse import reverse_slug
from newsroom.text.slugs import slugify

slugs = st.text(min_size=1, max_size=40).map(slugify).filter(bool)


@given(slug=slugs, view=st.sampled_from(["story", "question", "topic", "source"]))
def test_it_is_where_the_table_of_addresses_has_it(slug, view):
    assert reverse_slug(view, slug) == reverse(view, args=[slug])


@pytest.mark.usefixtures("four_languages")
@pytest.mark.parametrize("language", ["en-gb", "de", "es", "ar", "fr"])
def test_the_page_of_a_topic_is_in_the_language_that_is_active_and_that_of_a_story_is_in_its_own(language):
    for view in ("story", "topic"):
        with translation.override("en-gb"):
            reverse_slug(view, "größe")
        with translation.override(language):
            assert reverse_slug(view, "größe") == reverse(view, args=["größe"])
