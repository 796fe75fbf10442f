"""Signing in at a certified provider of OpenID Connect, with a browser."""

import pytest
from allauth.socialaccount.models import SocialAccount
from playwright.sync_api import Page, expect

from newsroom.accounts.models import User
from tests.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)


def make_ana() -> User:
    return make_user(role="Editor", username="ana", email="ana@lisle.example")


def sign_in(page: Page, name: str, path: str = "/accounts/login/") -> None:
    """Sign in as a person at the provider, and let it tell the site who that is."""
    page.goto(path)
    page.get_by_role("link", name="Sign in with Example SSO").click()
    page.locator("[name=login]").fill(name)
    page.locator("[name=password]").fill("any")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()


def expect_refusal(page: Page, words: str) -> None:
    """Wait for the page that says that nobody is signed in, and why."""
    expect(page.get_by_role("heading", name="You are not signed in")).to_be_visible()
    expect(page.get_by_text(words)).to_be_visible()
    assert not [cookie for cookie in page.context.cookies() if cookie["name"] == "desk"]


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_an_editor_signs_in_at_the_provider_and_sees_the_desk(open_page, run_provider, settings, algorithm):
    ana = make_ana()
    run_provider(algorithm)
    page = open_page()
    sign_in(page, "ana", "/admin/stories/story/")
    page.wait_for_url("**/admin/stories/story/")
    identity = SocialAccount.objects.get()
    assert (identity.user, identity.provider, identity.uid) == (ana, settings.OIDC_ISSUER, "ana")


def test_whoever_is_signed_in_at_the_provider_is_not_asked_again(open_page, run_provider):
    make_ana()
    run_provider()
    page = open_page()
    sign_in(page, "ana")
    page.wait_for_url("**/admin/")
    page.goto("/accounts/")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("link", name="Sign in with Example SSO").click()
    page.wait_for_url("**/admin/")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("cem", "Example SSO has not verified your e-mail address."),
        ("eve", "No account here has the address that Example SSO named. Ask an administrator for an invitation."),
    ],
)
def test_others_read_why_they_are_not_signed_in(open_page, run_provider, name, words):
    make_user(role="Editor", email="cem@lisle.example")
    run_provider()
    page = open_page()
    sign_in(page, name)
    expect_refusal(page, words)
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize("algorithm", ["HS256", "PS256"])
def test_a_provider_with_another_algorithm_is_refused(open_page, run_provider, algorithm):
    make_ana()
    run_provider(algorithm)
    page = open_page()
    sign_in(page, "ana")
    expect_refusal(page, "The answer from Example SSO can’t be verified.")


def test_an_answer_works_once(open_page, run_provider):
    make_ana()
    run_provider()
    page = open_page()
    answers = []
    page.on("request", lambda request: answers.append(request.url) if "callback/?code=" in request.url else None)
    sign_in(page, "ana")
    page.wait_for_url("**/admin/")
    page.context.clear_cookies()
    page.goto(answers[0])
    expect_refusal(page, "This sign-in has expired. Start again.")


def test_a_person_may_cancel_at_the_provider(open_page, run_provider):
    make_ana()
    run_provider()
    page = open_page("/accounts/login/")
    page.get_by_role("link", name="Sign in with Example SSO").click()
    page.get_by_role("link", name="Cancel").click()
    expect_refusal(page, "Example SSO did not let you in, or you cancelled. Try again, or ask an administrator.")


def test_a_provider_that_has_ended_is_said(open_page, run_provider):
    process = run_provider()
    page = open_page("/accounts/login/")
    process.terminate()
    process.wait(timeout=10)
    page.get_by_role("link", name="Sign in with Example SSO").click()
    expect_refusal(page, "Example SSO is not answering. Try again in a few minutes.")
