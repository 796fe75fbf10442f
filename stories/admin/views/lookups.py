"""Lookups for the forms of the desk: known names, new topics and outlets, link targets, similar works and articles."""

from dataclasses import asdict
from datetime import date
from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as format_day
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_POST, require_safe

from newsroom.accounts.models import Contributor
from newsroom.accounts.permissions import signed_in_user
from newsroom.desk.responses import json_errors, json_refusal, json_view
from newsroom.http.clock import request_time
from newsroom.http.converters import MAX_KEY_DIGITS, parse_number
from newsroom.media.forms import newest_names, suggest_images
from newsroom.text.fold import fold
from newsroom.text.plain import plain_text
from stories.admin.forms.new_names import suggest_kind
from stories.drafts.article_urls import find_article, find_outlet, normalise_url
from stories.drafts.link_search import find_link_targets
from stories.drafts.short_references import list_visible_kinds
from stories.models import FAQ, Outlet, StoryForecast, WorkKind
from stories.workflow import duplicates
from stories.workflow.expiring_answers import ProposedExpiry, propose_expiry
from stories.workflow.proposed_names import (
    ENTITY_ADD_PERMISSIONS,
    ENTITY_VIEW_PERMISSIONS,
    EntityKind,
    Suggestion,
    create_entity,
    find_similar,
    suggest_names,
)
from stories.workflow.read_forecast import read_forecast
from topics.models import Topic

ENTITY_LISTS: dict[str, EntityKind] = {"topic-names": "topic", "outlet-names": "outlet"}
MAX_QUERY_LENGTH = 200


@require_safe
def suggest_names_view(request: HttpRequest) -> JsonResponse:
    """Return, as JSON, known names that match ``q``; ``list`` selects topics, outlets or images.

    Raise Http404 for any other list, and PermissionDenied if the user may not see these objects.
    """
    list_id, typed = request.GET.get("list", ""), request.GET.get("q", "")[:MAX_QUERY_LENGTH].replace("\0", "")
    if list_id == "picture-names":
        if not request.user.has_perm("media.view_image"):
            raise PermissionDenied
        return JsonResponse({"names": suggest_images(typed), "known": True, "may_add": False})
    kind = ENTITY_LISTS.get(list_id)
    if kind is None:
        raise Http404
    if not request.user.has_perm(ENTITY_VIEW_PERMISSIONS[kind]):
        raise PermissionDenied
    matches = suggest_names(kind, typed)
    return JsonResponse(
        {
            "names": [offer._asdict() for offer in matches.offers],
            "more": matches.has_more,
            "known": matches.is_known,
            "may_add": request.user.has_perm(ENTITY_ADD_PERMISSIONS[kind]),
        }
    )


class NewEntityForm(forms.ModelForm):  # type: ignore[type-arg]  # for topics and for outlets
    """Form for a new entity; ``looked`` is the folded name for which similar entities have been shown."""

    looked = forms.CharField(required=False, max_length=400, widget=forms.HiddenInput)
    entity_kind: ClassVar[EntityKind]
    similar: list[Suggestion]

    def __init__(self, data: QueryDict | None = None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial, auto_id="new-name-%s")
        self.similar = []

    def validate_unique(self) -> None:
        """Do nothing, because ``create_entity`` rejects a name that is taken, and gives the reason."""

    def find_similar(self, values: dict[str, Any]) -> None:
        """Set ``similar`` to known entities that are similar to the entered one."""
        name, home_page, wikidata = (str(values.get(field) or "") for field in ("name", "home_page", "wikidata"))
        self.similar = find_similar(self.entity_kind, name, home_page=home_page, wikidata=wikidata)

    def clean(self) -> dict[str, Any]:
        """Raise ValidationError if known entities are similar, unless they have already been shown for the same name."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self.find_similar(cleaned)
        if self.similar and fold(str(cleaned.get("name") or "")) != cleaned.get("looked"):
            raise ValidationError("Is it one of these? If not, press Add again.", code="near")
        return cleaned


class NewTopicForm(NewEntityForm):
    entity_kind = "topic"

    class Meta:
        model = Topic
        fields = ("name", "kind", "description", "wikidata")
        widgets: ClassVar = {"description": forms.Textarea(attrs={"rows": 3, "dir": "auto"})}


class NewOutletForm(NewEntityForm):
    entity_kind = "outlet"
    home_page = forms.URLField(
        label="Home page",
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text="Used to recognise its articles.",
        widget=forms.TextInput(attrs={"inputmode": "url", "dir": "ltr"}),
    )

    class Meta:
        model = Outlet
        fields = ("name", "kind", "country", "home_page")


FORMS: dict[str, type[NewEntityForm]] = {"topic": NewTopicForm, "outlet": NewOutletForm}


def create_entity_view(request: HttpRequest, what: str) -> HttpResponse:
    """Return, as JSON, the form for a new topic or outlet. On POST, create the entity and return its name.

    If the submitted form is invalid, return it with its errors. Raise Http404 for any other kind, and PermissionDenied
    if the user may not add objects of this kind.
    """
    if what not in FORMS:
        raise Http404
    kind = cast("EntityKind", what)
    if not request.user.has_perm(ENTITY_ADD_PERMISSIONS[kind]):
        raise PermissionDenied
    if request.method != "POST":
        name = " ".join(request.GET.get("name", "")[:MAX_QUERY_LENGTH].replace("\0", "").split())
        form = FORMS[kind](initial={"name": name, "looked": fold(name), "kind": suggest_kind(kind, name)})
        form.find_similar({"name": name})
        return _render_form(request, form)
    form = FORMS[kind](request.POST)
    if form.is_valid():
        details = {field: value for field, value in form.cleaned_data.items() if field not in {"name", "looked"}}
        try:
            entity = create_entity(kind, form.cleaned_data["name"], by=signed_in_user(request), **details)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            return JsonResponse({"name": entity.name, "said": f"Added the {kind} “{entity.name}”."})
    posted = request.POST.copy()
    posted["looked"] = fold(posted.get("name", ""))
    form.data = posted
    return _render_form(request, form)


def _render_form(request: HttpRequest, form: NewEntityForm) -> JsonResponse:
    context = {"form": form, "what": form.entity_kind}
    return JsonResponse({"html": render_to_string("admin/desk/new_name.html", context, request)})


MAX_LINKS = 8


@require_safe
@json_view
def suggest_links(request: HttpRequest) -> HttpResponse:
    """Return the stories, questions and topics that match ``q`` and that the user may see, as JSON."""
    kinds = list_visible_kinds(signed_in_user(request))
    if not kinds:
        return json_refusal("You don’t have permission to see stories, questions or topics.", status=403)
    query = request.GET.get("q", "").replace("\0", "")
    matches = find_link_targets(query, kinds=kinds, at=request_time(request), limit=MAX_LINKS)
    return JsonResponse({"found": [asdict(each) for each in matches]})


# The maximum length of a list that the browser searches while the user types. Other names have to be typed in full.
MAX_SUGGESTIONS = 2_000
# A script looks up topics, outlets and images on the server while the user types. For use without JavaScript, the page
# contains at most this many names of each kind.
MAX_EMBEDDED = 300
# The maximum number of articles that the page suggests, newest first. Others have to be entered by URL.
MAX_ARTICLES = 500


def get_suggestions(kind: WorkKind) -> dict[str, list[str]]:
    """Return the names to suggest for a kind of work, keyed by the id of their list.

    Questions and images are sorted newest first, others by name.
    """
    return {
        "outlet-names": list(Outlet.objects.active().values_list("name", flat=True)[:MAX_EMBEDDED]),
        "topic-names": list(Topic.objects.unmerged().values_list("name", flat=True)[:MAX_EMBEDDED]),
        "question-names": list(
            FAQ.objects.outside_trash()
            .exclude(question="")
            .order_by("-pk")
            .values_list("question", flat=True)[:MAX_SUGGESTIONS]
        ),
        "contributor-names": list(Contributor.objects.values_list("name", flat=True)[:MAX_SUGGESTIONS]),
        "picture-names": newest_names(limit=MAX_EMBEDDED),
        **(
            {"speaker-names": StoryForecast.objects.list_speakers(limit=MAX_EMBEDDED)} if kind == WorkKind.STORY else {}
        ),
    }


VIEW_PERMISSIONS = {WorkKind.STORY: "stories.view_story", WorkKind.QUESTION: "stories.view_faq"}
MAX_LANGUAGE_TAG_LENGTH = 35
MAX_ANSWER_LENGTH = 10_000
_FIRST_YEAR, _LAST_YEAR = 1000, 9000


@require_safe
@json_errors
def find_similar_works(request: HttpRequest) -> JsonResponse:
    """Return, as JSON, the works of ``kind`` with titles similar to ``q`` and, for a story, similar questions.

    The work that is being edited is excluded; ``but`` is its primary key.
    """
    kind = request.GET.get("kind", "")
    if kind not in WorkKind.values:
        return json_refusal("Search for stories or questions.", status=400)
    if not request.user.has_perm(VIEW_PERMISSIONS[WorkKind(kind)]):
        return json_refusal("You don’t have permission to see drafts.", status=403)
    same_kind = _find_duplicates(request, WorkKind(kind), limit=5)
    with_questions = kind == WorkKind.STORY and request.user.has_perm(VIEW_PERMISSIONS[WorkKind.QUESTION])
    questions = _find_duplicates(request, WorkKind.QUESTION, limit=3) if with_questions else []
    if same_kind:
        message = "Possible duplicate:" if len(same_kind) == 1 else "Possible duplicates:"
    else:
        message = "Similar question:" if len(questions) == 1 else "Similar questions:"
    lines = [
        *(_format_line(each, "") for each in same_kind),
        *(_format_line(each, "A question. ") for each in questions),
    ]
    return JsonResponse({"said": message if lines else "", "similar": lines})


def _find_duplicates(request: HttpRequest, kind: WorkKind, *, limit: int) -> list[duplicates.Duplicate]:
    return duplicates.find_duplicates(
        request.GET.get("q", "").replace("\0", ""),
        kind=kind,
        language=request.GET.get("language", "en")[:MAX_LANGUAGE_TAG_LENGTH],
        at=request_time(request),
        exclude=parse_number(request.GET.get("but", ""), digits=MAX_KEY_DIGITS),
        limit=limit,
    )


def _format_line(duplicate: duplicates.Duplicate, prefix: str) -> dict[str, str]:
    status = "Live" if duplicate.is_live else f"Draft, owner: {duplicate.work.owner or 'none'}"
    return {
        "title": duplicate.title,
        "address": reverse(duplicate.work.change_view_name, args=[duplicate.work.pk]),
        "standing": f"{prefix}{status}",
    }


@require_safe
@json_view
def read_forecast_view(request: HttpRequest) -> HttpResponse:
    """Return, as JSON, who expects what by which day in the sentence ``q``, written on the day ``said``."""
    if not request.user.has_perm("stories.view_story"):
        return json_refusal("You don’t have permission to see stories.", status=403)
    read = read_forecast(
        request.GET.get("q", "").replace("\0", ""),
        request.GET.get("language", "en")[:MAX_LANGUAGE_TAG_LENGTH],
        said_on=_parse_day(request.GET.get("said", "")) or timezone.localdate(request_time(request)),
    )
    return JsonResponse(asdict(read))


def _parse_day(text: str) -> date | None:
    """Return the day that a date field submits, or None if there is none, or none near which days can be counted."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day and _FIRST_YEAR <= day.year <= _LAST_YEAR else None


@require_POST
@json_view
def propose_expiry_view(request: HttpRequest) -> HttpResponse:
    """Return, as JSON, the day until which the posted answer may be expected to be true, and why; nothing is stored.

    Both are empty if the answer names no day after ``as_of``, unless the question asks what is still so.
    """
    if not request.user.has_perm("stories.view_faq"):
        return json_refusal("You don’t have permission to see questions.", status=403)
    as_of = _parse_day(request.POST.get("as_of", ""))
    if as_of is None:
        return JsonResponse({"day": "", "why": ""})
    proposed = propose_expiry(
        plain_text(request.POST.get("text", "")[:MAX_ANSWER_LENGTH].replace("\0", "")),
        question=request.POST.get("question", "")[:MAX_QUERY_LENGTH].replace("\0", ""),
        as_of=as_of,
        language=request.POST.get("language", "en")[:MAX_LANGUAGE_TAG_LENGTH],
    )
    return JsonResponse({"day": proposed.day or "", "why": _say_why(proposed, as_of)})


def _say_why(proposed: ProposedExpiry, as_of: date) -> str:
    if proposed.day is None:
        return ""
    day = format_day(proposed.day, "j F" if proposed.day.year == as_of.year else "j F Y")
    reasons = {"day": "the text names that day", "still": "the question asks what is still so"}
    return f"{day}, because {reasons[proposed.reason]}."


_URL_FIELD = forms.URLField(max_length=2_000, assume_scheme="https")


@require_safe
@json_view
def find_article_view(request: HttpRequest) -> HttpResponse:
    """Return, as JSON, the known article at ``url`` or else the outlet to which the URL belongs."""
    if not request.user.has_perm("stories.view_article"):
        return json_refusal("You don’t have permission to see articles.", status=403)
    try:
        url = normalise_url(_URL_FIELD.clean(request.GET.get("url", "")))
    except ValidationError:
        return json_refusal("Enter the full address of an article, starting with https://.")
    article = find_article(url)
    if article is None:
        outlet = find_outlet(url)
        return JsonResponse({"url": url, "article": None, "outlet": outlet.name if outlet else ""})
    details = {
        "title": article.title,
        "outlet_name": article.outlet_name,
        "published_on": article.published_on.isoformat() if article.published_on else "",
        "author": article.author,
        "paywalled": article.paywalled,
    }
    return JsonResponse({"url": article.url, "article": details, "outlet": article.outlet_name})
