"""Signing in with a provider of single sign-on: who may, what is refused, and what an attacker may send."""

import time
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.db import connection
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from newsroom.accounts.invitations import create_invitation
from newsroom.accounts.models import User
from newsroom.accounts.offboarding import offboard
from newsroom.accounts.permissions import NotAllowedError
from newsroom.accounts.single_sign_on import views
from newsroom.accounts.single_sign_on.identities import disconnect_account, find_account
from newsroom.audit.access import digest_name
from newsroom.audit.models import AccessEntry, Event
from newsroom.background.models import Job
from newsroom.background.worker import Worker
from newsroom.http import clock
from tests.conftest import signed_in
from tests.factories import PASSWORD, make_user
from tests.newsroom.accounts.single_sign_on.stub_provider import EMAIL, go_to_provider, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(db):
    return make_user(role="Editor", username="ana", email=EMAIL)


def is_signed_in(client):
    return "_auth_user_id" in client.session


def refuse(response, status=403):
    """Check that nobody is signed in, and return the sentence on the page."""
    assert response.status_code == status, response.content.decode()
    assert not is_signed_in(response.client)
    return response.context["message"]


def get_failures():
    """Return the account and the unknown name of each recorded failure."""
    failures = AccessEntry.objects.filter(verb="failed").order_by("pk")
    return list(failures.values_list("account__username", "unknown_name"))


# Who signs in


def test_the_sign_in_page_has_a_button_of_the_provider(client, provider):
    page = client.get("/accounts/login/?next=/admin/stories/story/")
    assertContains(page, "Sign in with Example SSO")
    assertContains(page, "/accounts/sso/?next=%2Fadmin%2Fstories%2Fstory%2F")


def test_without_a_provider_there_is_no_button_and_no_address(client):
    assertNotContains(client.get("/accounts/login/"), "/accounts/sso/")
    assert client.get("/accounts/sso/").status_code == client.get("/accounts/sso/callback/").status_code == 404


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_an_account_with_a_verified_address_is_connected_and_signed_in(client, provider, ana, algorithm):
    provider.algorithm = algorithm
    assert sign_in(client, provider)["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200
    identity = SocialAccount.objects.get(user=ana)
    assert (identity.provider, identity.uid, identity.extra_data) == (provider.issuer, "248289761001", {})
    entry = Event.objects.get(verb="single sign-on connected")
    assert (entry.by, entry.after) == (ana, {"provider": "Example SSO"})


@pytest.mark.django_db(transaction=True)  # the worker closes the connection, so the test's transaction would end
def test_the_account_is_told_once_that_it_is_connected(provider, ana):
    for _ in range(2):
        sign_in(Client(), provider)
    Worker(interval=0, batch=True).run()
    [message] = mail.outbox
    assert message.to == [EMAIL]
    assert "Your account is now connected with Example SSO" in message.subject


def test_the_request_for_the_provider_has_state_nonce_and_pkce_and_asks_for_a_code(client, provider):
    address = go_to_provider(client)
    query = {name: value for name, [value] in parse_qs(urlsplit(address).query).items()}
    assert address.startswith(f"{provider.issuer}/authorization?")
    assert query["response_type"] == "code"
    assert query["code_challenge_method"] == "S256"
    assert query["redirect_uri"] == "http://testserver/accounts/sso/callback/"
    assert set(query["scope"].split()) == {"openid", "email"}
    assert min(len(query["state"]), len(query["nonce"]), len(query["code_challenge"])) >= 16


def test_the_address_may_be_written_otherwise(client, provider, ana):
    provider.person["email"] = "Ana@Lisle.example"
    sign_in(client, provider)
    assert is_signed_in(client)


@pytest.mark.parametrize("email", ["ana@lis\u017fle.example", "ana@li\u212ale.example", "\u0430na@lisle.example"])
def test_an_address_of_similar_letters_is_another_address(client, provider, ana, email):
    provider.person["email"] = email
    assert "No account here" in refuse(sign_in(client, provider))


def test_claims_that_the_id_token_lacks_are_asked_for(client, provider, ana):
    provider.has_claims_in_token = False
    sign_in(client, provider)
    assert is_signed_in(client)
    assert "/userinfo" in provider.requests


def test_a_refused_sign_in_is_recorded_with_the_name_of_the_provider(client, provider):
    sign_in(client, provider)
    assert get_failures() == [(None, digest_name("single sign-on: Example SSO"))]


def test_a_failure_is_never_recorded_for_an_account_with_the_name_of_the_provider(client, provider, settings):
    settings.OIDC_NAME = "sso.example"
    make_user(username="sso.example")
    sign_in(client, provider)
    assert get_failures() == [(None, digest_name("single sign-on: sso.example"))]


def test_an_administrator_disconnects_an_account_which_can_be_connected_again(provider, ana, administrator):
    theirs, desk, address = Client(), signed_in(administrator), f"/admin/accounts/user/{ana.pk}/change/"
    assertNotContains(desk.get(address), "Disconnect from Example SSO")
    sign_in(theirs, provider)
    assertContains(desk.get(address), "Disconnect from Example SSO")
    groups = [group.pk for group in ana.groups.all()]
    form = {"username": "ana", "email": EMAIL, "is_staff": "on", "is_active": "on", "groups": groups}
    desk.post(address, form)
    assert SocialAccount.objects.filter(user=ana).exists()
    desk.post(address, {**form, "disconnects": "on"})
    assert not SocialAccount.objects.filter(user=ana).exists()
    assert theirs.get("/admin/").status_code == 302
    entry = Event.objects.get(verb="single sign-on disconnected")
    assert (entry.by, entry.after) == (administrator, {"provider": "Example SSO"})
    subjects = [job.args_kwargs["args"][1] for job in Job.objects.filter(task_path__endswith="mail_account_notice")]
    assert "Your account is no longer connected with Example SSO" in subjects
    provider.person["sub"] = "another"
    sign_in(theirs, provider)
    assert SocialAccount.objects.get(user=ana).uid == "another"


def test_a_sign_in_that_waits_for_the_second_factor_ends_with_the_connection(client, provider, ana, administrator):
    secret = generate_totp_secret()
    TOTP.activate(ana, secret)
    sign_in(client, provider)
    disconnect_account(ana, by=administrator, at=clock.now())
    code = {"code": format_hotp_value(hotp_value(secret, int(time.time()) // 30))}
    page = client.post("/accounts/2fa/authenticate/", code, follow=True)
    assert page.redirect_chain == [("/accounts/login/", 302)]
    assertContains(page, "no longer connected with Example SSO")
    assert not is_signed_in(client)
    # The refused sign-in does not stand in the way of another one.
    client.post("/accounts/login/", {"login": "ana", "password": PASSWORD})
    assert client.get("/accounts/2fa/authenticate/").status_code == 200


def test_a_disconnection_at_the_same_time_as_an_answer_is_no_failure(provider, ana):
    sign_in(Client(), provider)

    def disconnect_first(execute, sql, params, many, context):
        if sql.startswith("UPDATE") and "socialaccount_socialaccount" in sql:
            with context["connection"].cursor() as cursor:
                cursor.execute("DELETE FROM socialaccount_socialaccount")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(disconnect_first):
        assert find_account(provider.issuer, provider.person["sub"], at=clock.now()) is None


def test_only_those_who_may_change_accounts_disconnect_them(provider, ana, editor):
    sign_in(Client(), provider)
    with pytest.raises(NotAllowedError):
        disconnect_account(ana, by=editor, at=clock.now())
    assert SocialAccount.objects.filter(user=ana).exists()


def test_after_the_connection_only_the_subject_counts(client, provider, ana):
    sign_in(client, provider)
    provider.person |= {"email": "another@lisle.example", "email_verified": False}
    again = Client()
    sign_in(again, provider)
    assert again.session["_auth_user_id"] == str(ana.pk)
    ana.refresh_from_db()
    assert ana.email == EMAIL


def test_roles_stay_those_of_the_account(client, provider, ana):
    provider.claims |= {"groups": ["Administrator"], "roles": ["admin"]}
    sign_in(client, provider)
    assert [group.name for group in ana.groups.all()] == ["Editor"]


def test_the_second_factor_of_the_account_is_asked_for(client, provider, ana):
    TOTP.activate(ana, generate_totp_secret())
    assert sign_in(client, provider)["Location"] == "/accounts/2fa/authenticate/"
    assert not is_signed_in(client)


def test_a_required_second_factor_closes_the_desk_until_it_is_set_up(client, provider, ana, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    sign_in(client, provider)
    assert client.get("/admin/")["Location"] == "/accounts/2fa/"
    assert not Authenticator.objects.exists()


def test_a_user_who_was_signed_in_meanwhile_is_signed_out(client, provider, ana, curator):
    path = provider.authorize(go_to_provider(client))
    client.force_login(curator, backend="django.contrib.auth.backends.ModelBackend")
    client.get(path)
    assert client.session["_auth_user_id"] == str(ana.pk)


# Who does not


def test_an_address_without_an_account_is_refused_and_makes_none(client, provider, editor):
    message = refuse(sign_in(client, provider))
    expected = "No account here has the address that Example SSO named. Ask an administrator for an invitation."
    assert message == expected
    assert list(User.objects.all()) == [editor]
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize("is_verified", [False, None, "false", 1, "yes", []])
def test_an_address_that_is_not_verified_is_refused(client, provider, ana, is_verified):
    provider.person["email_verified"] = is_verified
    assert "has not verified your e-mail address" in refuse(sign_in(client, provider))
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize("is_verified", [True, "true"])
def test_some_providers_write_that_an_address_is_verified_as_text(client, provider, ana, is_verified):
    provider.person["email_verified"] = is_verified
    sign_in(client, provider)
    assert is_signed_in(client)


@pytest.mark.parametrize("email", ["", None, ["ana@lisle.example"]])
def test_an_identity_without_an_address_is_refused(client, provider, ana, email):
    User.objects.filter(pk=ana.pk).update(email="")
    provider.person["email"] = provider.userinfo["email"] = email
    assert "did not give us your e-mail address" in refuse(sign_in(client, provider))


def test_another_subject_with_the_same_address_is_refused(client, provider, ana):
    sign_in(client, provider)
    provider.person["sub"] = "another"
    assert "is connected with another identity" in refuse(sign_in(Client(), provider))
    assert [each.uid for each in SocialAccount.objects.all()] == ["248289761001"]


def test_the_same_subject_at_another_issuer_is_another_identity(client, provider, ana, curator):
    SocialAccount.objects.create(provider="https://old.example", uid=provider.person["sub"], user=curator)
    sign_in(client, provider)
    assert client.session["_auth_user_id"] == str(ana.pk)


def test_two_accounts_with_the_address_are_refused(client, provider, ana):
    make_user(email=EMAIL.upper())
    assert "More than one account here" in refuse(sign_in(client, provider))
    assert not SocialAccount.objects.exists()


def test_an_inactive_account_is_neither_connected_nor_signed_in(client, provider, ana, administrator):
    offboard(ana, by=administrator, at=clock.now())
    assert "inactive" in refuse(sign_in(client, provider))
    assert not SocialAccount.objects.exists()


def test_offboarding_ends_sessions_and_keeps_the_identity_from_signing_in(client, provider, ana, administrator):
    sign_in(client, provider)
    offboard(ana, by=administrator, at=clock.now())
    assert client.get("/admin/").status_code == 302
    assert "inactive" in refuse(sign_in(Client(), provider))


def test_an_invitation_has_to_be_accepted_first(client, provider, administrator):
    create_invitation(EMAIL, roles=[], by=administrator, at=clock.now())
    assert "You are invited" in refuse(sign_in(client, provider))
    assert User.objects.count() == 1


def test_what_the_provider_refuses_is_said(client, provider, ana):
    path = provider.authorize(go_to_provider(client), error="access_denied")
    assert "you cancelled" in refuse(client.get(path))
    path = provider.authorize(go_to_provider(client), error="<script>alert(1)</script>")
    assert refuse(client.get(path)).startswith("Example SSO refused to sign you in.")


# Attacks


def test_an_answer_works_once(client, provider, ana):
    path = provider.authorize(go_to_provider(client))
    client.get(path)
    client.logout()
    assert "expired" in refuse(client.get(path), status=400)


def test_a_code_works_once_even_with_another_state(client, provider, ana):
    path = provider.authorize(go_to_provider(client))
    client.get(path)
    client.logout()
    [code] = parse_qs(urlsplit(path).query)["code"]
    assert "can’t be verified" in refuse(sign_in(client, provider, code=code))


def test_a_code_that_somebody_else_obtained_does_not_sign_in(client, provider, ana):
    """Injected into another sign-in, the code lacks the verifier of the browser that asked for it (RFC 7636)."""
    stolen = parse_qs(urlsplit(provider.authorize(go_to_provider(Client()))).query)["code"][0]
    assert "can’t be verified" in refuse(sign_in(client, provider, code=stolen))


@pytest.mark.parametrize("state", ["", "x", "0" * 16])
def test_another_state_is_refused(client, provider, ana, state):
    assert "expired" in refuse(sign_in(client, provider, state=state), status=400)
    assert "/token" not in provider.requests


def test_an_answer_does_not_work_in_another_browser(provider, ana):
    path = provider.authorize(go_to_provider(Client()))
    assert "expired" in refuse(Client().get(path), status=400)


def test_an_answer_of_another_issuer_is_refused(client, provider, ana):
    refuse(sign_in(client, provider, iss="https://evil.example"))
    assert "/token" not in provider.requests


def test_an_answer_without_a_code_is_refused(client, provider, ana):
    refuse(sign_in(client, provider, code=""))


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "another-client"},
        {"aud": []},
        {"aud": ["newsroom", "another-client"]},
        {"aud": ["newsroom", "another-client"], "azp": "another-client"},
        {"azp": "another-client"},
        {"nonce": "another"},
        {"nonce": None},
        {"nonce": ""},
        {"exp": 1_000_000_000},
        {"exp": "tomorrow"},
        {"exp": True},
        {"exp": None},
        {"iat": 9_000_000_000},
        {"iat": None},
        {"nbf": 9_000_000_000},
        {"auth_time": "yesterday"},
        {"sub": ""},
        {"sub": 17},
        {"sub": "s" * 192},
    ],
    ids=str,
)
def test_an_id_token_with_wrong_claims_is_refused(client, provider, ana, claims):
    provider.claims |= claims
    assert "can’t be verified" in refuse(sign_in(client, provider))
    assert not SocialAccount.objects.exists()


def test_an_id_token_for_several_clients_names_this_one_as_its_party(client, provider, ana):
    provider.claims |= {"aud": ["newsroom", "another-client"], "azp": "newsroom"}
    sign_in(client, provider)
    assert is_signed_in(client)


@pytest.mark.parametrize(
    "tokens", [{"id_token": None}, {"id_token": "no.jwt"}, {"id_token": 3}, {"access_token": None}]
)
def test_an_answer_without_usable_tokens_is_refused(client, provider, ana, tokens):
    provider.tokens |= tokens
    provider.has_claims_in_token = False
    refuse(sign_in(client, provider), status=403)


def test_claims_about_another_subject_are_refused(client, provider, ana):
    provider.has_claims_in_token = False
    provider.userinfo["sub"] = "another"
    assert "can’t be verified" in refuse(sign_in(client, provider))


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example/", "https:evil.example", "javascript:alert(1)"]
)
def test_no_address_leads_to_another_site(client, provider, ana, address):
    assert sign_in(client, provider, f"?next={address}")["Location"] == "/admin/"


def test_an_address_of_this_site_is_opened(client, provider, ana):
    assert sign_in(client, provider, "?next=/admin/stories/story/")["Location"] == "/admin/stories/story/"


def test_requests_cannot_add_scopes_or_parameters(client, provider):
    query = parse_qs(urlsplit(go_to_provider(client, "?scope=offline_access&auth_params=prompt%3Dnone")).query)
    assert ("prompt" in query, "offline_access" in query["scope"][0]) == (False, False)


def test_another_site_cannot_sign_somebody_in(client, provider):
    response = client.get("/accounts/sso/?next=/admin/", headers={"Sec-Fetch-Site": "cross-site"})
    assert response["Location"] == "/accounts/login/?next=%2Fadmin%2F"
    assert provider.requests == []


def test_the_host_header_does_not_decide_where_the_provider_sends_people(client, provider, settings):
    settings.ALLOWED_HOSTS = ["*"]
    response = client.get("/accounts/sso/", headers={"Host": "evil.example"})
    assert "redirect_uri=http%3A%2F%2Ftestserver%2F" in response["Location"]


def test_attempts_are_limited(client, provider, monkeypatch):
    monkeypatch.setattr(views, "MAX_ATTEMPTS", 2)
    for _ in range(2):
        go_to_provider(client)
    assert "too many attempts" in refuse(client.get("/accounts/sso/"), status=429)


# Faults of the provider


def test_a_provider_that_is_down_is_said(client, provider, ana):
    provider.status = 503
    assert (
        refuse(client.get("/accounts/sso/"), status=503) == "Example SSO is not answering. Try again in a few minutes."
    )


def test_a_provider_that_does_not_listen_is_said(client, provider, settings):
    settings.OIDC_ISSUER = "http://127.0.0.1:9"
    refuse(client.get("/accounts/sso/"), status=503)


def test_a_provider_that_is_down_is_not_asked_again_at_once(client, provider):
    provider.status = 503
    for _ in range(3):
        client.get("/accounts/sso/")
    assert len(provider.requests) == 1


def test_the_configuration_is_read_once(client, provider, ana):
    for _ in range(3):
        sign_in(Client(), provider)
    assert provider.requests.count("/.well-known/openid-configuration") == 1


@pytest.mark.parametrize("endpoint", ["token_endpoint", "jwks_uri", "userinfo_endpoint"])
def test_a_provider_that_goes_down_meanwhile_is_said(client, provider, ana, endpoint):
    provider.configuration[endpoint] = "http://127.0.0.1:9/"
    provider.has_claims_in_token = False
    assert "is not answering" in refuse(sign_in(client, provider), status=503)


@pytest.mark.parametrize(
    "configuration",
    [
        {"issuer": "https://evil.example"},
        {"issuer": None},
        {"token_endpoint": None},
        {"token_endpoint": 3},
        {"jwks_uri": "ftp://127.0.0.1/"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"userinfo_endpoint": "file:///etc/passwd"},
        {"userinfo_endpoint": "http://[/"},
    ],
    ids=str,
)
def test_a_configuration_that_cannot_be_used_is_refused(client, provider, configuration):
    provider.configuration |= configuration
    assert "can’t be verified" in refuse(client.get("/accounts/sso/"))


def test_an_issuer_may_have_a_slash_at_its_end(client, provider, ana):
    provider.configuration["issuer"] = provider.claims["iss"] = f"{provider.issuer}/"
    sign_in(client, provider, iss=f"{provider.issuer}/")
    assert is_signed_in(client)


def test_two_answers_at_once_connect_an_account_once(provider, ana):
    clients = [Client(), Client()]
    paths = [provider.authorize(go_to_provider(each)) for each in clients]
    for each, path in zip(clients, paths, strict=True):
        each.get(path)
    assert SocialAccount.objects.count() == 1
