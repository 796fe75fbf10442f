"""Slugs in any script, and the addresses that objects claim."""

import unicodedata
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from newsroom.redirects.models import Address, AddressTakenError
from newsroom.text.slugs import MAX_LENGTH, generate_slugs, is_reserved, slugify, validate_slug
from stories.models import Work
from tests.factories import make_story


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Why the north pier’s closed", "why-the-north-piers-closed"),
        ("Ça suffit – déjà !", "ça-suffit-déjà"),
        ("لماذا أُغلق الرصيف الشمالي", "لماذا-أُغلق-الرصيف-الشمالي"),
        ("नदी पर पुल", "नदी-पर-पुल"),
        ("ปิดท่าเรือ", "ปิดท่าเรือ"),
        ("北防波堤", "北防波堤"),
        ("  --A  //  b__c ", "a-b-c"),
        ("!?…", ""),
    ],
)
def test_a_slug_keeps_the_letters_of_its_script(text, slug):
    assert slugify(text) == unicodedata.normalize("NFC", slug)


@given(st.text(max_size=200))
def test_slugifying_is_idempotent_and_limits_the_length(text):
    slug = slugify(text)
    assert slugify(slug) == slug
    assert len(slug) <= MAX_LENGTH
    assert not set(slug) & set("/?#. \n")


@given(st.text(max_size=60))
def test_generated_slugs_differ_and_are_never_reserved(text):
    candidates = generate_slugs(text)
    first = [next(candidates) for _ in range(5)]
    assert len(set(first)) == 5
    assert not any(is_reserved(slug) for slug in first)


@pytest.mark.parametrize("slug", ["feeds", "2026", "20-26", "Pier", "a b", "a/b", ""])
def test_an_invalid_or_reserved_slug_is_rejected(slug):
    with pytest.raises(ValidationError):
        validate_slug(slug)


@pytest.mark.django_db
def test_a_claimed_address_is_never_given_to_another_object():
    first, second = uuid4(), uuid4()
    Address.objects.claim("story", "pier", first)
    Address.objects.claim("story", "pier", first)
    with pytest.raises(AddressTakenError):
        Address.objects.claim("story", "pier", second)
    Address.objects.claim("topic", "pier", second)


@pytest.mark.django_db
def test_a_free_slug_is_not_in_use_and_never_was():
    Address.objects.claim("story", "pier", uuid4())
    make_story(slug="pier-2")
    uid = uuid4()
    works = Work.objects.filter(kind="story")
    assert Address.objects.find_free_slug("story", "Pier", uid=uid, taken=works) == "pier-3"
    assert Address.objects.find_free_slug("story", "2026", uid=uid, taken=works) == "2026-page"
