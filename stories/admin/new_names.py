"""What the name fields of forms ask: which known names fit, and a new topic or outlet without leaving the form."""

from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from newsroom.accounts.permissions import person
from newsroom.media.forms import offered_pictures
from newsroom.text.fold import fold
from stories.models import Outlet
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
            thing = make(kind, form.cleaned_data["name"], by=person(request), **said)
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
    return JsonResponse({"html": render_to_string("admin/editing/new_name.html", context, request)})


def _a(what: What) -> str:
    return "an outlet" if what == "outlet" else "a topic"
