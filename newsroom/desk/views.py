"""Base classes for the desk's screens. Each screen is one view class with its permission, handlers and template."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.generic import View

from newsroom.desk.responses import focus_first_error, require_user
from newsroom.errors import RefusedError
from newsroom.http.clock import request_time


class DeskView(View):
    """A screen of the desk. A subclass defines ``get`` or ``post``; Django answers other methods with 405."""

    # The permission that opens the screen; "" allows every desk user.
    permission: ClassVar[str] = ""
    template_name: str = ""

    @property
    def by(self) -> AbstractUser:
        """The signed-in user."""
        return require_user(self.request)

    @property
    def at(self) -> datetime:
        """The time of the request."""
        return request_time(self.request)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Call ``prepare``, then the handler for the request method."""
        method = (request.method or "").lower()
        if method in self.http_method_names and hasattr(self, method):
            self.prepare()
        return super().dispatch(request, *args, **kwargs)

    def prepare(self) -> None:
        """Raise PermissionDenied if the user does not have ``permission``.

        Subclasses extend this to load the objects that the screen shows.
        """
        self.require(not self.permission or self.request.user.has_perm(self.permission))

    def require(self, is_allowed: bool) -> None:
        """Raise PermissionDenied unless ``is_allowed`` is true."""
        if not is_allowed:
            raise PermissionDenied

    def get_context(self) -> dict[str, Any]:
        """Return the context that every template of this screen gets."""
        return admin.site.each_context(self.request)

    def render(self, context: Mapping[str, Any], *, status: int = 200) -> TemplateResponse:
        """Return a response that renders the screen's template."""
        self.request.current_app = admin.site.name
        return TemplateResponse(self.request, self.template_name, {**self.get_context(), **context}, status=status)


class DeskFormView(DeskView, ABC):
    """A screen with one form. GET shows the form; POST submits it, or shows it again with its errors."""

    form_class: ClassVar[type[forms.Form]]

    def make_form(self, data: QueryDict | None) -> Any:
        """Return the form, bound to ``data`` unless it is None."""
        return self.form_class(data)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(self.make_form(None))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Submit a valid form. A RefusedError becomes a non-field error."""
        form = self.make_form(request.POST)
        response = None
        if form.is_valid():
            try:
                response = self.submit(form)
            except RefusedError as error:
                form.add_error(None, str(error))
        return response or self.show(form)

    @abstractmethod
    def submit(self, form: Any) -> HttpResponse | None:
        """Process the valid form and return a redirect, or add errors to the form and return None."""

    def show(self, form: Any, *, status: int = 200, **context: Any) -> HttpResponse:
        """Return the page that contains the form."""
        return self.render({"form": focus_first_error(form), **context}, status=status)


class ModelView(DeskView):
    """A screen for objects of one model. ``model_admin`` is the ModelAdmin instance that routes to it."""

    model_admin: Any = None

    @classmethod
    def respond(cls, model_admin: Any, request: HttpRequest, **keys: object) -> HttpResponse:
        """Return this screen's response to a request that Django routed to a method of ``model_admin``."""
        return cast("HttpResponse", cls.as_view(model_admin=model_admin)(request, **keys))

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "opts": self.model_admin.opts}

    def address(self, screen: str, *keys: object) -> str:
        """Return the address of one of this model's screens."""
        opts = self.model_admin.opts
        return reverse(f"admin:{opts.app_label}_{opts.model_name}_{screen}", args=keys)
