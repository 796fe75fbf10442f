"""URLs for version 1 of the read API. The response to an unknown address is a problem document too."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, re_path, reverse
from ninja import NinjaAPI

from stories.public.api import router
from stories.public.api.http import api_view
from stories.public.api.openapi import openapi_document

app_name = "api"


class ReadAPI(NinjaAPI):
    """A Ninja API that reraises all exceptions. The decorator ``api_view`` turns them into responses."""

    def on_exception(self, request: HttpRequest, exc: Exception | type[Exception]) -> HttpResponse:
        """Reraise the exception."""
        raise exc


api = ReadAPI(
    version="1",
    description="Published content as data. Open to everyone, read-only. See docs/api.md.",
    urls_namespace=app_name,
    docs_url=None,
    openapi_url=None,
)
api.add_router("", router)


def openapi(request: HttpRequest) -> HttpResponse:
    """Return the OpenAPI description."""
    prefix = reverse("api:openapi").removesuffix("openapi.json")
    return HttpResponse(openapi_document(api, prefix), content_type="application/json")


def not_found(request: HttpRequest) -> HttpResponse:
    """Raise Http404 for an address that has no operation."""
    raise Http404


urlpatterns = [
    path("openapi.json", api_view(openapi), name="openapi"),
    *(
        URLPattern(route.pattern, api_view(route.callback), name=route.name)
        for route in api.urls[0]
        if isinstance(route, URLPattern) and route.name != "api-root"
    ),
    re_path("", api_view(not_found)),
]
