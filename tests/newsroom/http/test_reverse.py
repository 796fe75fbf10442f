"""Reversing page addresses with a cache."""

import pytest
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from newsroom.http.reverse import reverse_slug
from newsroom.text.slugs import slugify

VIEWS = ["story", "question", "topic", "source", "author", "story_history", "question_txt", "story_md"]
slugs = st.text(min_size=1, max_size=40).map(slugify).filter(bool)


@given(slug=slugs, view=st.sampled_from(VIEWS))
def test_the_address_is_the_same_as_that_of_reverse(slug, view):
    assert reverse_slug(view, slug) == reverse(view, args=[slug])


@given(slug=slugs, number=st.integers(1, 999_999_999))
def test_the_address_with_a_number_is_the_same_as_that_of_reverse(slug, number):
    assert reverse_slug("story_edition", slug, number) == reverse("story_edition", args=[slug, number])


@pytest.mark.usefixtures("four_languages")
@pytest.mark.parametrize("language", ["en-gb", "de", "es", "ar", "fr"])
def test_the_address_follows_the_active_language(language):
    for view in ("story", "topic"):
        with translation.override("en-gb"):
            reverse_slug(view, "größe")
        with translation.override(language):
            assert reverse_slug(view, "größe") == reverse(view, args=["größe"])
