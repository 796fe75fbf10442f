"""What is known of an article by its address alone, for the list of sources: nothing is fetched from there."""

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from newsroom.desk.responses import for_scripts, refused
from stories.drafts.article_urls import article_at, normalised, outlet_at

_FIELD = forms.URLField(max_length=2_000, assume_scheme="https")


@require_safe
@for_scripts
def source_at(request: HttpRequest) -> HttpResponse:
    """Answer the article that is kept under ``url``, or whose address that is, as JSON."""
    if not request.user.has_perm("stories.view_article"):
        return refused("This account may not see articles.", status=403)
    try:
        url = normalised(_FIELD.clean(request.GET.get("url", "")))
    except ValidationError:
        return refused("This is no address of an article: it begins with https:// and names a site.")
    article = article_at(url)
    if article is None:
        outlet = outlet_at(url)
        return JsonResponse({"url": url, "article": None, "outlet": outlet.name if outlet else ""})
    known = {
        "title": article.title,
        "outlet_name": article.outlet_name,
        "published_on": article.published_on.isoformat() if article.published_on else "",
        "author": article.author,
        "paywalled": article.paywalled,
    }
    return JsonResponse({"url": article.url, "article": known, "outlet": article.outlet_name})
