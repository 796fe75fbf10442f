"""Lookups for the forms of the desk: known names, new topics and outlets, link targets, similar works, articles."""

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
from newsroom.desk.responses import json_errors, json_refusal, json_view
from newsroom.http.clock import request_time
from newsroom.http.converters import MAX_KEY_DIGITS, parse_number
from newsroom.media.forms import newest_names, suggest_images
from newsroom.text.fold import fold
from stories.drafts.article_urls import find_article, find_outlet, normalise_url
from stories.drafts.link_search import find_link_targets
from stories.models import FAQ, Outlet, WorkKind
from stories.workflow import duplicates
from stories.workflow.proposed_names import (
    ADD,
    VIEW,
    EntityKind,
    Suggestion,
    create_entity,
    find_similar,
    suggest_names,
)
from topics.models import Topic

ENTITY_LISTS: dict[str, EntityKind] = {"topic-names": "topic", "outlet-names": "outlet"}
LONGEST_QUERY = 200


@require_safe
def suggest_names_view(request: HttpRequest) -> JsonResponse:
    """Return at most eight known names that match ``q`` as JSON: of topics, outlets or images, by ``list``."""
    asked, typed = request.GET.get("list", ""), request.GET.get("q", "")[:LONGEST_QUERY].replace("\0", "")
    if asked == "picture-names":
        if not request.user.has_perm("media.view_image"):
            raise PermissionDenied
        return JsonResponse({"names": suggest_images(typed), "known": True, "may_add": False})
    what = ENTITY_LISTS.get(asked)
    if what is None:
        raise Http404
    if not request.user.has_perm(VIEW[what]):
        raise PermissionDenied
    found = suggest_names(what, typed)
    return JsonResponse(
        {
            "names": [offer._asdict() for offer in found.offers],
            "more": found.has_more,
            "known": found.is_known,
            "may_add": request.user.has_perm(ADD[what]),
        }
    )


class NewEntityForm(forms.ModelForm):  # type: ignore[type-arg]  # of topics and of outlets
    """The form for a new entity; ``looked`` is the folded name for which similar ones were already shown."""

    looked = forms.CharField(required=False, max_length=400, widget=forms.HiddenInput)
    what: ClassVar[EntityKind]
    near: list[Suggestion]

    def __init__(self, data: QueryDict | None = None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial, auto_id="new-name-%s")
        self.near = []

    def validate_unique(self) -> None:
        """Skip this check: ``make`` refuses a name that is taken, with a reason."""

    def look(self, values: dict[str, Any]) -> None:
        """Find known entities that are similar to the one that was entered."""
        name, home, item = (str(values.get(field) or "") for field in ("name", "home_page", "wikidata"))
        self.near = find_similar(self.what, name, home_page=home, wikidata=item)

    def clean(self) -> dict[str, Any]:
        """Refuse the name once if known names are similar; accept it when it is submitted again."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self.look(cleaned)
        if self.near and fold(str(cleaned.get("name") or "")) != cleaned.get("looked"):
            raise ValidationError("Is it one of these? If not, make it once more.", code="near")
        return cleaned


class NewTopicForm(NewEntityForm):
    what = "topic"

    class Meta:
        model = Topic
        fields = ("name", "kind", "description", "wikidata")
        widgets: ClassVar = {"description": forms.Textarea(attrs={"rows": 3, "dir": "auto"})}


class NewOutletForm(NewEntityForm):
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


FORMS: dict[str, type[NewEntityForm]] = {"topic": NewTopicForm, "outlet": NewOutletForm}


def create_entity_view(request: HttpRequest, what: str) -> HttpResponse:
    """Return the form for a new topic or outlet as JSON, or create the entity and return its name."""
    if what not in FORMS:
        raise Http404
    kind = cast("EntityKind", what)
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
            thing = create_entity(kind, form.cleaned_data["name"], by=signed_in_user(request), **said)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            return JsonResponse({"name": thing.name, "said": f"“{thing.name}” is {_a(kind)} now."})
    sent = request.POST.copy()
    sent["looked"] = fold(sent.get("name", ""))
    form.data = sent
    return _answer(request, form)


def _answer(request: HttpRequest, form: NewEntityForm) -> JsonResponse:
    context = {"form": form, "what": form.what, "a_what": _a(form.what)}
    return JsonResponse({"html": render_to_string("admin/desk/new_name.html", context, request)})


def _a(what: EntityKind) -> str:
    return "an outlet" if what == "outlet" else "a topic"


LINK_PERMISSIONS = {"story": "stories.view_story", "question": "stories.view_faq", "topic": "topics.view_topic"}
MOST_LINKS = 8


@require_safe
@json_view
def suggest_links(request: HttpRequest) -> HttpResponse:
    """Return the link targets that match ``q`` as JSON: stories, questions and topics that the user may see."""
    rights = [kind for kind, right in LINK_PERMISSIONS.items() if request.user.has_perm(right)]
    if not rights:
        return json_refusal("This account may see neither stories nor topics.", status=403)
    query = request.GET.get("q", "").replace("\0", "")
    found = find_link_targets(query, rights=rights, at=request_time(request), limit=MOST_LINKS)
    return JsonResponse({"found": [asdict(each) for each in found]})


# The browser searches a list of this length while the user types. A name beyond it is found if it is typed in full.
MOST_SUGGESTED = 2_000
# A script looks these names up on the server while the user types. The page itself holds enough to do without it.
MOST_EMBEDDED = 300
# Fewer articles, because they are offered with their titles. An older one is found by its address.
MOST_ARTICLES = 500


def get_suggestions() -> dict[str, list[str]]:
    """Return the names to suggest, by the id of their list: questions and images the newest first, others by name."""
    return {
        "outlet-names": list(Outlet.objects.on_offer().values_list("name", flat=True)[:MOST_EMBEDDED]),
        "topic-names": list(Topic.objects.standing().values_list("name", flat=True)[:MOST_EMBEDDED]),
        "question-names": list(
            FAQ.objects.on_the_desk()
            .exclude(question="")
            .order_by("-pk")
            .values_list("question", flat=True)[:MOST_SUGGESTED]
        ),
        "contributor-names": list(Contributor.objects.values_list("name", flat=True)[:MOST_SUGGESTED]),
        "picture-names": newest_names(limit=MOST_EMBEDDED),
    }


VIEW_PERMISSIONS = {WorkKind.STORY: "stories.view_story", WorkKind.QUESTION: "stories.view_faq"}
LONGEST_TAG = 35


@require_safe
@json_errors
def find_similar_works(request: HttpRequest) -> JsonResponse:
    """Return the works of ``kind`` with titles similar to ``q`` as JSON; for a story, similar questions as well.

    ``but`` is the key of the work that is being edited, which is left out.
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
        message = f"This may be the same {what}:" if len(found) == 1 else f"One of these may be the same {what}:"
    else:
        message = "This question is close to it:" if len(near) == 1 else "These questions are close to it:"
    lines = [*(_line(each, "") for each in found), *(_line(each, "A question. ") for each in near)]
    return JsonResponse({"said": message if lines else "", "similar": lines})


def _like(request: HttpRequest, kind: WorkKind, *, limit: int) -> list[duplicates.Duplicate]:
    return duplicates.find_duplicates(
        request.GET.get("q", "").replace("\0", ""),
        kind=kind,
        language=request.GET.get("language", "en")[:LONGEST_TAG],
        at=request_time(request),
        but=parse_number(request.GET.get("but", ""), digits=MAX_KEY_DIGITS),
        limit=limit,
    )


def _line(each: duplicates.Duplicate, before: str) -> dict[str, str]:
    status = "Live" if each.is_live else f"On the desk, {each.work.owner or 'nobody’s'}"
    return {
        "title": each.title,
        "address": reverse(each.work.desk_view, args=[each.work.pk]),
        "standing": f"{before}{status}",
    }


_FIELD = forms.URLField(max_length=2_000, assume_scheme="https")


@require_safe
@json_view
def find_article_view(request: HttpRequest) -> HttpResponse:
    """Return the known article at ``url`` as JSON, or the outlet that the address belongs to."""
    if not request.user.has_perm("stories.view_article"):
        return json_refusal("This account may not see articles.", status=403)
    try:
        url = normalise_url(_FIELD.clean(request.GET.get("url", "")))
    except ValidationError:
        return json_refusal("This is no address of an article: it begins with https:// and names a site.")
    article = find_article(url)
    if article is None:
        outlet = find_outlet(url)
        return JsonResponse({"url": url, "article": None, "outlet": outlet.name if outlet else ""})
    known = {
        "title": article.title,
        "outlet_name": article.outlet_name,
        "published_on": article.published_on.isoformat() if article.published_on else "",
        "author": article.author,
        "paywalled": article.paywalled,
    }
    return JsonResponse({"url": article.url, "article": known, "outlet": article.outlet_name})
