"""The base of the desk's screens: one view class for each, with its permission, what GET and POST do, and its template."""

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
    """A screen of the desk. A subclass answers ``get`` and ``post``; every other method is answered with 405."""

    # What a user needs to open the screen; "" lets in everybody at the desk.
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
        """Call ``prepare``, then the method of the request."""
        method = (request.method or "").lower()
        if method in self.http_method_names and hasattr(self, method):
            self.prepare()
        return super().dispatch(request, *args, **kwargs)

    def prepare(self) -> None:
        """Load what the screen is about. Raise PermissionDenied or Http404 if the user may not open it."""
        self.require(not self.permission or self.request.user.has_perm(self.permission))

    def require(self, is_allowed: bool) -> None:
        """Raise PermissionDenied unless ``is_allowed``."""
        if not is_allowed:
            raise PermissionDenied

    def get_context(self) -> dict[str, Any]:
        """Return the context of every template of this screen."""
        return admin.site.each_context(self.request)

    def render(self, context: Mapping[str, Any], *, status: int = 200) -> TemplateResponse:
        """Return the response that renders the template of the screen."""
        self.request.current_app = admin.site.name
        return TemplateResponse(self.request, self.template_name, {**self.get_context(), **context}, status=status)


class DeskFormView(DeskView):
    """A screen with one form: GET shows it, and POST submits it, or shows why it is refused."""

    form_class: ClassVar[type[forms.Form]]

    def make_form(self, data: QueryDict | None) -> Any:
        """Return the form, filled in with ``data`` if it was posted."""
        return self.form_class(data)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(self.make_form(None))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Submit a valid form; a refusal becomes an error of the whole form."""
        form = self.make_form(request.POST)
        response = None
        if form.is_valid():
            try:
                response = self.submit(form)
            except RefusedError as refusal:
                form.add_error(None, str(refusal))
        return response or self.show(form)

    def submit(self, form: Any) -> HttpResponse | None:
        """Do what the valid form asks for and return a redirect; return None after adding errors to the form."""
        raise NotImplementedError

    def show(self, form: Any, *, status: int = 200, **context: Any) -> HttpResponse:
        """Return the page with the form."""
        return self.render({"form": focus_first_error(form), **context}, status=status)


class ModelView(DeskView):
    """A screen about objects of one model; ``model_admin`` is the admin class that routes to it."""

    model_admin: Any = None

    @classmethod
    def respond(cls, model_admin: Any, request: HttpRequest, **keys: object) -> HttpResponse:
        """Return the response of this screen to a request that Django routes to a method of the admin class."""
        return cast("HttpResponse", cls.as_view(model_admin=model_admin)(request, **keys))

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "opts": self.model_admin.opts}

    def address(self, screen: str, *keys: object) -> str:
        """Return the address of a screen of this model."""
        opts = self.model_admin.opts
        return reverse(f"admin:{opts.app_label}_{opts.model_name}_{screen}", args=keys)
