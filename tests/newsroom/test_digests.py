"""Keyed digests that outlive a rotation of the secret key."""

from uuid import uuid4

import pytest
from django.core.checks import run_checks
from django.utils.crypto import salted_hmac

from newsroom.digests import check_digest_key, digest_key_check, list_digests, make_digest, matches_digest
from newsroom.redirects.models import Address, AddressTakenError

OLD, NEW, UNKNOWN = (f"{name}-key-of-a-test-and-long-enough-for-the-check-of-keys" for name in ("old", "new", "other"))


def use_keys(settings, *, digest, secret, fallbacks=()):
    settings.DIGEST_KEY, settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = digest, secret, list(fallbacks)


def test_a_digest_depends_on_purpose_value_and_key(settings):
    use_keys(settings, digest=OLD, secret=OLD)
    digest = make_digest("salt", "value")
    assert digest == make_digest("salt", "value")
    assert len({digest, make_digest("other", "value"), make_digest("salt", "other")}) == 3
    settings.DIGEST_KEY = NEW
    assert make_digest("salt", "value") != digest


def test_digests_of_earlier_releases_are_those_of_the_secret_key(settings):
    use_keys(settings, digest=OLD, secret=OLD)
    earlier = salted_hmac("salt", "value", secret=OLD, algorithm="sha256").hexdigest()
    assert list_digests("salt", "value") == [make_digest("salt", "value")] == [earlier]


def test_a_digest_made_with_any_listed_key_matches(settings):
    made = {}
    for key in (OLD, NEW, UNKNOWN):
        use_keys(settings, digest=key, secret=key)
        made[key] = make_digest("salt", "value")
    use_keys(settings, digest="of its own", secret=NEW, fallbacks=[OLD])
    assert matches_digest(make_digest("salt", "value"), "salt", "value")
    assert [matches_digest(made[key], "salt", "value") for key in (OLD, NEW, UNKNOWN)] == [True, True, False]
    assert not matches_digest(made[OLD], "salt", "another value")
    assert not matches_digest("", "salt", "value")


def test_the_check_of_the_key_changes_with_the_digest_key_alone(settings):
    use_keys(settings, digest=OLD, secret=OLD)
    check = digest_key_check()
    use_keys(settings, digest=OLD, secret=NEW, fallbacks=[OLD])
    assert digest_key_check() == check
    assert OLD not in check
    use_keys(settings, digest=NEW, secret=NEW)
    assert digest_key_check() != check


@pytest.mark.django_db
def test_an_erased_address_remains_taken_after_a_rotation(settings):
    use_keys(settings, digest=OLD, secret=OLD)
    uid = uuid4()
    Address.objects.claim("story", "the-pier", uid)
    Address.objects.erase(uid)
    use_keys(settings, digest=OLD, secret=NEW)
    assert Address.objects.owner_uid("story", "the-pier") == uid
    with pytest.raises(AddressTakenError):
        Address.objects.claim("story", "the-pier", uuid4())
    Address.objects.claim("story", "the-pier", uid)


@pytest.mark.django_db
def test_an_address_erased_under_a_listed_secret_key_remains_taken_beside_a_digest_key_set_later(settings):
    use_keys(settings, digest=OLD, secret=OLD)
    uid = uuid4()
    Address.objects.claim("story", "the-pier", uid)
    Address.objects.erase(uid)
    use_keys(settings, digest=UNKNOWN, secret=NEW, fallbacks=[OLD])
    assert Address.objects.owner_uid("story", "the-pier") == uid
    with pytest.raises(AddressTakenError):
        Address.objects.claim("story", "the-pier", uuid4())
    use_keys(settings, digest=UNKNOWN, secret=NEW)
    assert Address.objects.owner_uid("story", "the-pier") is None


def check_ids():
    return [message.id for message in check_digest_key()]


def test_a_digest_key_of_its_own_passes_the_check(settings):
    use_keys(settings, digest=OLD, secret=NEW)
    settings.DIGEST_KEY_CONFIGURED = True
    assert check_ids() == []


def test_fallbacks_without_a_digest_key_are_a_warning(settings):
    use_keys(settings, digest=OLD, secret=NEW, fallbacks=[OLD])
    assert check_ids() == ["newsroom.W002"]
    settings.DIGEST_KEY_CONFIGURED = True
    assert check_ids() == []


WEAK = "short-but-varied"


@pytest.mark.parametrize("key", ["a" * 60, WEAK])
def test_a_weak_digest_key_is_a_warning_that_does_not_show_it(settings, key):
    use_keys(settings, digest=key, secret=NEW)
    [message] = check_digest_key()
    assert message.id == "newsroom.W003"
    assert key not in f"{message.msg} {message.hint}"


def test_a_weak_secret_key_that_signs_digests_is_left_to_the_check_of_django(settings):
    use_keys(settings, digest=WEAK, secret=WEAK)
    assert check_ids() == []
    assert {"security.W009"} <= {message.id for message in run_checks(include_deployment_checks=True)}
