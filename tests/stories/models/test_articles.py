"""The search for articles at the desk."""

import pytest

from stories.models import Article
from tests.factories import make_article, make_outlet

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        ("ERRY", True),
        ("example/ferry-4 late", True),
        ("karim", True),
        ("essen", True),
        ("karim harbour", False),
        # The end of the title and the beginning of the URL.
        ("latehttps", False),
        ("late%https", False),
    ],
)
def test_an_article_is_found_by_parts_of_its_words(words, is_found):
    make_article(title="Otherwise")
    article = make_article(
        title="The ferry is late",
        url="https://tessen.example/ferry-4",
        author="Karim Sund",
        outlet=make_outlet(name="Radio Tessen"),
    )
    assert list(Article.objects.search(words)) == ([article] if is_found else [])


def test_an_article_of_a_proposed_outlet_is_found_by_the_name():
    article = make_article(title="Otherwise")
    Article.objects.update(outlet=None, proposed_outlet="Lisle Courier")
    assert list(Article.objects.search("courier other")) == [article]
