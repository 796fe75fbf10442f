"""The URLs of a site with single sign-on."""

from django.urls import include, path

from newsroom.urls import handler400, handler403, handler404, handler500
from newsroom.urls import urlpatterns as site_urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [path("accounts/sso/", include("newsroom.accounts.single_sign_on.urls")), *site_urlpatterns]
