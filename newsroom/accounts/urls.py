"""Signing in and out, passwords, second factor."""

from django.urls import include, path

from newsroom.accounts import entering

urlpatterns = [
    path("login/", entering.sign_in, name="account_login"),
    path("logout/", entering.sign_out, name="account_logout"),
    path("signed-in/", entering.signed_in, name="signed_in"),
    path("2fa/authenticate/", entering.second_factor, name="mfa_authenticate"),
    path("", include("allauth.urls")),
]
