"""The URLs of single sign-on, which exist only if it is configured."""

from django.urls import path

from newsroom.accounts.single_sign_on import views

urlpatterns = [
    path("", views.start, name="single_sign_on"),
    path("reauthenticate/", views.reauthenticate, name="single_sign_on_reauthenticate"),
    path("callback/", views.callback, name="single_sign_on_callback"),
]
