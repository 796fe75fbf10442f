"""What the name fields of forms ask: which known names fit, and a new topic or outlet without leaving the form."""

from dataclasses import asdict
from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_safe

from newsroom.accounts.models import Contributor
from newsroom.accounts.permissions import signed_in_user
from newsroom.desk.responses import json_refusal, json_view
from newsroom.http.clock import request_time
from newsroom.http.converters import DIGITS_OF_KEY, parse_number
from newsroom.media.forms import offered_pictures, titles_on_offer
from newsroom.text.fold import fold
from stories.admin.drafts.live_preview import answered_in_json
from stories.drafts.article_urls import article_at, normalised, outlet_at
from stories.drafts.link_search import linkable
from stories.models import FAQ, Outlet, WorkKind
from stories.workflow import duplicates
from stories.workflow.proposed_names import ADD, VIEW, Offer, What, make, near, offered
from topics.models import Topic

LISTS: dict[str, What] = {"topic-names": "topic", "outlet-names": "outlet"}
LONGEST_QUERY = 200


@require_safe
def name_offers(request: HttpRequest) -> JsonResponse:
    """Answer at most eight known names that fit ``q``: of topics, outlets or pictures, as ``list`` says."""
    asked, typed = request.GET.get("list", ""), request.GET.get("q", "")[:LONGEST_QUERY].replace("\0", "")
    if asked == "picture-names":
        if not request.user.has_perm("media.view_image"):
            raise PermissionDenied
        return JsonResponse({"names": offered_pictures(typed), "known": True, "may_add": False})
    what = LISTS.get(asked)
    if what is None:
        raise Http404
    if not request.user.has_perm(VIEW[what]):
        raise PermissionDenied
    found = offered(what, typed)
    return JsonResponse(
        {
            "names": [offer._asdict() for offer in found.offers],
            "more": found.has_more,
            "known": found.is_known,
            "may_add": request.user.has_perm(ADD[what]),
        }
    )


class NewNameForm(forms.ModelForm):  # type: ignore[type-arg]  # of topics and of outlets
    """What is asked of a new name; ``looked`` is the name to which near ones were shown already."""

    looked = forms.CharField(required=False, max_length=400, widget=forms.HiddenInput)
    what: ClassVar[What]
    near: list[Offer]

    def __init__(self, data: QueryDict | None = None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial, auto_id="new-name-%s")
        self.near = []

    def validate_unique(self) -> None:
        """Leave that to the verb, which says it in words."""

    def look(self, values: dict[str, Any]) -> None:
        """Find what is near to what was typed."""
        name, home, item = (str(values.get(field) or "") for field in ("name", "home_page", "wikidata"))
        self.near = near(self.what, name, home_page=home, wikidata=item)

    def clean(self) -> dict[str, Any]:
        """Show near names once before a new one is made."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self.look(cleaned)
        if self.near and fold(str(cleaned.get("name") or "")) != cleaned.get("looked"):
            raise ValidationError("Is it one of these? If not, make it once more.", code="near")
        return cleaned


class NewTopicForm(NewNameForm):
    """A new topic."""

    what = "topic"

    class Meta:
        model = Topic
        fields = ("name", "kind", "description", "wikidata")
        widgets: ClassVar = {"description": forms.Textarea(attrs={"rows": 3, "dir": "auto"})}


class NewOutletForm(NewNameForm):
    """A new outlet."""

    what = "outlet"
    home_page = forms.URLField(
        label="Home page",
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text="Its host tells whose an article is.",
        widget=forms.TextInput(attrs={"inputmode": "url", "dir": "ltr"}),
    )

    class Meta:
        model = Outlet
        fields = ("name", "kind", "country", "home_page")


FORMS: dict[str, type[NewNameForm]] = {"topic": NewTopicForm, "outlet": NewOutletForm}


def new_name(request: HttpRequest, what: str) -> HttpResponse:
    """Answer the form of a new topic or outlet as JSON, or make it and answer its name."""
    if what not in FORMS:
        raise Http404
    kind = cast("What", what)
    if not request.user.has_perm(ADD[kind]):
        raise PermissionDenied
    if request.method != "POST":
        name = " ".join(request.GET.get("name", "")[:LONGEST_QUERY].replace("\0", "").split())
        form = FORMS[kind](initial={"name": name, "looked": fold(name)})
        form.look({"name": name})
        return _answer(request, form)
    form = FORMS[kind](request.POST)
    if form.is_valid():
        said = {field: value for field, value in form.cleaned_data.items() if field not in {"name", "looked"}}
        try:
            thing = make(kind, form.cleaned_data["name"], by=signed_in_user(request), **said)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            return JsonResponse({"name": thing.name, "said": f"“{thing.name}” is {_a(kind)} now."})
    sent = request.POST.copy()
    sent["looked"] = fold(sent.get("name", ""))
    form.data = sent
    return _answer(request, form)


def _answer(request: HttpRequest, form: NewNameForm) -> JsonResponse:
    context = {"form": form, "what": form.what, "a_what": _a(form.what)}
    return JsonResponse({"html": render_to_string("admin/desk/new_name.html", context, request)})


def _a(what: What) -> str:
    return "an outlet" if what == "outlet" else "a topic"


LINK_PERMISSIONS = {"story": "stories.view_story", "question": "stories.view_faq", "topic": "topics.view_topic"}
MOST_LINKS = 8


@require_safe
@json_view
def linking(request: HttpRequest) -> HttpResponse:
    """Answer what fits ``q``, as JSON."""
    rights = [kind for kind, right in LINK_PERMISSIONS.items() if request.user.has_perm(right)]
    if not rights:
        return json_refusal("This account may see neither stories nor topics.", status=403)
    query = request.GET.get("q", "").replace("\0", "")
    found = linkable(query, rights=rights, at=request_time(request), limit=MOST_LINKS)
    return JsonResponse({"found": [asdict(each) for each in found]})


# A list of this length is searched by typing; what is not in it is found all the same when it is written out.
MOST_SUGGESTED = 2_000
# Of these the script asks while a name is typed: the page brings along what serves without it.
MOST_ASKED = 300
# Articles are offered with their titles, so fewer of them: an older one is found by its address.
MOST_ARTICLES = 500


def offers() -> dict[str, list[str]]:
    """Return the names on offer by the id of their list, the newest first where there are too many to offer."""
    return {
        "outlet-names": list(Outlet.objects.on_offer().values_list("name", flat=True)[:MOST_ASKED]),
        "topic-names": list(Topic.objects.standing().values_list("name", flat=True)[:MOST_ASKED]),
        "question-names": list(
            FAQ.objects.on_the_desk()
            .exclude(question="")
            .order_by("-pk")
            .values_list("question", flat=True)[:MOST_SUGGESTED]
        ),
        "contributor-names": list(Contributor.objects.values_list("name", flat=True)[:MOST_SUGGESTED]),
        "picture-names": titles_on_offer(limit=MOST_ASKED),
    }


VIEW_PERMISSIONS = {WorkKind.STORY: "stories.view_story", WorkKind.QUESTION: "stories.view_faq"}
LONGEST_TAG = 35


@require_safe
@answered_in_json
def similar(request: HttpRequest) -> JsonResponse:
    """Answer which works of the kind that is asked for have titles like ``q``, and for a story which questions have.

    ``but`` is the key of the one at hand.
    """
    kind = request.GET.get("kind", "")
    if kind not in WorkKind.values:
        return json_refusal("Ask for stories or for questions.", status=400)
    if not request.user.has_perm(VIEW_PERMISSIONS[WorkKind(kind)]):
        return json_refusal("You may not see drafts.", status=403)
    found = _like(request, WorkKind(kind), limit=5)
    asks_too = kind == WorkKind.STORY and request.user.has_perm(VIEW_PERMISSIONS[WorkKind.QUESTION])
    near = _like(request, WorkKind.QUESTION, limit=3) if asks_too else []
    if found:
        what = "story" if kind == WorkKind.STORY else "question"
        said = f"This may be the same {what}:" if len(found) == 1 else f"One of these may be the same {what}:"
    else:
        said = "This question is close to it:" if len(near) == 1 else "These questions are close to it:"
    lines = [*(_line(each, "") for each in found), *(_line(each, "A question. ") for each in near)]
    return JsonResponse({"said": said if lines else "", "similar": lines})


def _like(request: HttpRequest, kind: WorkKind, *, limit: int) -> list[duplicates.Duplicate]:
    return duplicates.find_duplicates(
        request.GET.get("q", "").replace("\0", ""),
        kind=kind,
        language=request.GET.get("language", "en")[:LONGEST_TAG],
        at=request_time(request),
        but=parse_number(request.GET.get("but", ""), digits=DIGITS_OF_KEY),
        limit=limit,
    )


def _line(each: duplicates.Duplicate, before: str) -> dict[str, str]:
    standing = "Live" if each.is_live else f"On the desk, {each.work.owner or 'nobody’s'}"
    return {
        "title": each.title,
        "address": reverse(each.work.desk_view, args=[each.work.pk]),
        "standing": f"{before}{standing}",
    }


_FIELD = forms.URLField(max_length=2_000, assume_scheme="https")


@require_safe
@json_view
def source_at(request: HttpRequest) -> HttpResponse:
    """Answer the article that is kept under ``url``, or whose address that is, as JSON."""
    if not request.user.has_perm("stories.view_article"):
        return json_refusal("This account may not see articles.", status=403)
    try:
        url = normalised(_FIELD.clean(request.GET.get("url", "")))
    except ValidationError:
        return json_refusal("This is no address of an article: it begins with https:// and names a site.")
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
