"""The addresses of the read API, version 1. Those that nobody has answer as problems too."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, re_path, reverse
from ninja import NinjaAPI

from stories.public.api import router
from stories.public.api.http import reading
from stories.public.api.openapi import description

app_name = "api"


class ReadAPI(NinjaAPI):
    """What the routers say; whatever they raise is answered where the answer is made public."""

    def on_exception(self, request: HttpRequest, exc: Exception | type[Exception]) -> HttpResponse:
        """Let it go on."""
        raise exc


api = ReadAPI(
    version="1",
    description="What readers can read, as data. Everybody may ask; nothing can be written. See docs/api.md.",
    urls_namespace=app_name,
    docs_url=None,
    openapi_url=None,
)
api.add_router("", router)


def openapi(request: HttpRequest) -> HttpResponse:
    """Describe the API."""
    prefix = reverse("api:openapi").removesuffix("openapi.json")
    return HttpResponse(description(api, prefix), content_type="application/json")


def nothing(request: HttpRequest) -> HttpResponse:
    """Answer for every address that nobody has."""
    raise Http404


urlpatterns = [
    path("openapi.json", reading(openapi), name="openapi"),
    *(
        URLPattern(route.pattern, reading(route.callback), name=route.name)
        for route in api.urls[0]
        if isinstance(route, URLPattern) and route.name != "api-root"
    ),
    re_path("", reading(nothing)),
]
