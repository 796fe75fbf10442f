"""Signing in and out, invitations, one's own account: password, second factor, sessions."""

from django.urls import include, path

from newsroom.accounts import entering, views

urlpatterns = [
    path("login/", entering.sign_in, name="account_login"),
    path("logout/", entering.sign_out, name="account_logout"),
    path("signed-in/", entering.signed_in, name="signed_in"),
    path("2fa/authenticate/", entering.second_factor, name="mfa_authenticate"),
    path("", views.account, name="account"),
    path("sessions/", views.own_sessions, name="usersessions_list"),
    path("sessions/<int:key>/end/", views.end_session, name="session_end"),
    path("invitation/<str:token>/", views.invitation, name="invitation"),
    path("", include("allauth.urls")),
]
