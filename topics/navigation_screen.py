"""The *Navigation* screen: which topics are subjects in the navigation of the public site, for each language."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect

from newsroom.accounts.permissions import signed_in_user
from newsroom.desk.forms.name_fields import NameInput
from newsroom.desk.responses import focus_first_error_in_forms
from newsroom.desk.views import DeskView
from newsroom.http.languages import list_prefix, native_name
from newsroom.page_cache.dependencies import NoDependencies
from topics import navigation
from topics.models import NavigationPlace, Topic
from topics.navigation import NavigationEntry

MOVE_BUTTON = "_move"


class SubjectForm(forms.Form):
    """Form for one position: the name of a topic, and a label if it differs. An empty position is left out."""

    topic = forms.CharField(
        label="Topic", max_length=200, required=False, widget=NameInput("topic-names", known_only=True)
    )
    label = forms.CharField(
        label="Label", max_length=40, required=False, widget=forms.TextInput({"dir": "auto", "autocomplete": "off"})
    )
    # Whether the chosen topic has no live story, so that readers do not see it.
    is_hidden = False

    def clean_topic(self) -> Topic | None:
        """Return the topic with this name or alias. Raise ValidationError if there is none."""
        name = self.cleaned_data["topic"]
        if not name:
            return None
        if topic := Topic.objects.by_names([name]).get(name):
            return topic
        raise forms.ValidationError(f"There is no topic “{name}”. Choose one from the list.", code="unknown")

    @property
    def entry(self) -> NavigationEntry | None:
        """The wanted place, or None for an empty position."""
        topic = self.cleaned_data["topic"]
        return NavigationEntry(topic, self.cleaned_data["label"].strip()) if topic else None


@dataclass(frozen=True, slots=True)
class LanguagePart:
    """The positions of one language, with its name and the address of its front page."""

    code: str
    name: str
    front_page: str
    forms: Sequence[SubjectForm]


class NavigationView(DeskView):
    """Show the subjects of each language, and store those that an editor or curator chooses."""

    permission = navigation.PERMISSION
    template_name = "admin/topics/navigation.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(self.make_parts(None), seen=navigation.get_arrangement_digest())

    def post(self, request: HttpRequest) -> HttpResponse:
        # A refused form is shown again with the digest that it submitted, as on the screen of the front page.
        seen, problem = request.POST.get("seen", ""), ""
        if MOVE_BUTTON in request.POST:
            return self.show(self.make_parts(move_position(request.POST)), seen=seen)
        parts = self.make_parts(request.POST)
        if not [form for part in parts for form in part.forms if not form.is_valid()]:
            chosen = {part.code: [form for form in part.forms if form.entry] for part in parts}
            wanted = {code: [form.entry for form in filled if form.entry] for code, filled in chosen.items()}
            try:
                navigation.arrange_navigation(wanted, by=signed_in_user(request), seen_digest=seen)
            except navigation.NotArrangedError as refusal:
                if refusal.place:
                    chosen[refusal.language][refusal.place - 1].add_error("topic", str(refusal))
                else:
                    problem = str(refusal)
            else:
                messages.success(request, "Navigation saved.")
                return redirect("admin:navigation")
        return self.show(parts, seen=seen, problem=problem)

    def make_parts(self, data: QueryDict | None) -> list[LanguagePart]:
        """Return the parts of all languages of the site, with a form for each position."""
        places = list(NavigationPlace.objects.select_related("topic__merged_into"))
        current = navigation.load_navigation(NoDependencies(at=self.at))
        hidden = {(each.language, each.uid) for each in current.subjects if not each.is_live}
        parts = []
        for code in settings.SITE_LANGUAGES:
            chosen: list[Any] = [place for place in places if place.language == code]
            forms_of_part = []
            for number, place in enumerate(chosen + [None] * (navigation.MAX_SUBJECTS - len(chosen)), start=1):
                initial = {"topic": place.topic.remaining.name, "label": place.label} if place else {}
                form = SubjectForm(data, prefix=f"{code}-{number}", initial=initial)
                form.is_hidden = data is None and bool(place) and (code, place.topic.remaining.uid) in hidden
                forms_of_part.append(form)
            parts.append(LanguagePart(code, native_name(code), f"/{list_prefix(code)}", forms_of_part))
        return parts

    def show(self, parts: list[LanguagePart], *, seen: str, problem: str = "") -> HttpResponse:
        focus_first_error_in_forms([form for part in parts for form in part.forms])
        return self.render({"title": "Navigation", "parts": parts, "seen": seen, "problem": problem})


def move_position(posted: QueryDict) -> QueryDict:
    """Return a copy of a posted form in which a position has changed places with its neighbour.

    The value of the button is the language, the number of the position, and “up” or “down”.
    """
    moved = posted.copy()
    code, number, direction = [*str(posted[MOVE_BUTTON]).split(), "", "", ""][:3]
    if number.isdecimal() and len(number) == 1:
        other = int(number) + (-1 if direction == "up" else 1)
        if 1 <= other <= navigation.MAX_SUBJECTS:
            for field in ("topic", "label"):
                one, two = f"{code}-{number}-{field}", f"{code}-{other}-{field}"
                moved[one], moved[two] = posted.get(two, ""), posted.get(one, "")
    return moved
