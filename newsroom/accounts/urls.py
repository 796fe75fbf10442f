"""The URLs for sign-in, sign-out, invitations and the user's own account.

The views of allauth are listed individually, so that no release or setting of allauth can add a URL. The views for
sign-up and for adding or changing e-mail addresses are left out.
"""

from allauth.account import views as allauth_account
from allauth.account.decorators import reauthentication_required
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.conf import settings
from django.urls import include, path, re_path
from django.views.decorators.cache import never_cache

from newsroom.accounts import login, views
from newsroom.accounts.credentials import require_credential

# An open session must not be enough to set a password for an account that has none.
set_password = login.require_password_use(
    reauthentication_required(app="allauth.account")(allauth_account.password_set)
)
change_password = login.require_password_use(login.change_password)

urlpatterns = [
    path("", views.account, name="account"),
    path("login/", login.sign_in, name="account_login"),
    path("logout/", login.sign_out, name="account_logout"),
    path("signed-in/", login.signed_in, name="signed_in"),
    path("reauthenticate/", allauth_account.reauthenticate, name="account_reauthenticate"),
    path("sessions/", views.list_sessions, name="usersessions_list"),
    path("sessions/<int:key>/end/", views.end_session, name="end_session"),
    path("invitation/<str:token>/", views.invitation, name="invitation"),
    path("password/change/", change_password, name="account_change_password"),
    path("password/set/", set_password, name="account_set_password"),
    path("password/reset/", login.request_password_reset, name="account_reset_password"),
    path("password/reset/done/", allauth_account.password_reset_done, name="account_reset_password_done"),
    path(
        "password/reset/key/done/",
        allauth_account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth_account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("2fa/", mfa.index, name="mfa_index"),
    path("2fa/authenticate/", require_credential(login.second_factor), name="mfa_authenticate"),
    path("2fa/reauthenticate/", require_credential(login.reauthenticate), name="mfa_reauthenticate"),
    path("2fa/totp/activate/", totp.activate_totp, name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("2fa/recovery-codes/generate/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("2fa/recovery-codes/download/", recovery_codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("2fa/webauthn/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("2fa/webauthn/add/", require_credential(webauthn.add_webauthn), name="mfa_add_webauthn"),
    path(
        "2fa/webauthn/reauthenticate/",
        require_credential(webauthn.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
    path("2fa/webauthn/keys/<int:pk>/remove/", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
    path("2fa/webauthn/keys/<int:pk>/edit/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path("2fa/webauthn/login/", require_credential(webauthn.login_webauthn), name="mfa_login_webauthn"),
]

# Some of these pages show secrets, such as recovery codes. None may remain in the cache of a browser or proxy.
for pattern in urlpatterns:
    pattern.callback = never_cache(pattern.callback)

if settings.OIDC_ISSUER:
    urlpatterns.append(path("sso/", include("newsroom.accounts.single_sign_on.urls")))
