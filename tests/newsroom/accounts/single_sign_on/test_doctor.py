"""The doctor examines the provider of single sign-on and the emergency administrator."""

import pytest

from newsroom.accounts.single_sign_on import discovery
from newsroom.http import clock
from newsroom.operations.doctor.registry import examine_site
from tests.factories import make_user

pytestmark = pytest.mark.django_db
PREFIX = "No one can sign in while Example SSO is away:"
REMEDY = "Run manage.py create_administrator ADDRESS --emergency."


def diagnose() -> list[tuple[str, str]]:
    """Return the severity and the words of each diagnosis."""
    return [(str(each.severity), str(each)) for _, each in examine_site(["single_sign_on"], at=clock.now())]


def test_without_a_provider_there_is_nothing_to_examine():
    assert diagnose() == [("ok", "Single sign-on is not used.")]


def test_a_provider_that_answers_is_in_order(provider):
    assert diagnose() == [("ok", "The provider of single sign-on answers.")]


def test_a_provider_that_does_not_answer_is_a_fault(provider):
    provider.stop()
    [(severity, words)] = diagnose()
    assert severity == "fault"
    assert words == (
        "No one can sign in with Example SSO. 127.0.0.1/.well-known/openid-configuration gave no answer: ConnectionError. "
        "Check the network, or correct OIDC_ISSUER."
    )


def test_a_provider_that_calls_itself_otherwise_is_a_fault(provider, settings):
    settings.OIDC_ISSUER = provider.issuer.replace("127.0.0.1", "localhost")
    discovery.forget_configurations()
    assert diagnose() == [
        (
            "fault",
            "No one can sign in with Example SSO. The configuration names another issuer than OIDC_ISSUER. "
            "Correct OIDC_ISSUER.",
        )
    ]


def test_an_emergency_administrator_must_be_able_to_sign_in_if_nobody_else_can_use_a_password(provider, settings):
    assert [severity for severity, _ in diagnose()] == ["ok"]
    settings.OIDC_ONLY = True
    assert diagnose() == [("fault", f"{PREFIX} there is no emergency administrator. {REMEDY}")]
    administrator = make_user(role="Administrator", is_emergency_administrator=True)
    administrator.set_unusable_password()
    administrator.save()
    assert diagnose() == [("fault", f"{PREFIX} the emergency administrator has no password. {REMEDY}")]
    administrator.set_password("the mill at the river")
    administrator.save()
    assert [severity for severity, _ in diagnose()] == ["ok"]
