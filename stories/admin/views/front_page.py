"""The *Front page* screen: which stories have a place on the front page, and until when."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone

from newsroom.accounts.permissions import signed_in_user
from newsroom.desk.local_time import DateTimeForm
from newsroom.desk.responses import focus_first_error_in_forms
from newsroom.desk.views import DeskView
from newsroom.http.clock import FOREVER
from stories.editions.front_page import FRONT_PAGE_PLACES
from stories.publishing import front_page
from stories.publishing.front_page import FrontPageCandidate, FrontPagePlace

MAX_CANDIDATES = 100


class PlaceForm(DateTimeForm):
    """Form for one place on the front page: a story, and optionally the time until which it keeps the place."""

    happens = "it leaves the front page"

    story = forms.ChoiceField(label="Story", required=False)
    field_order = ("story", "day", "time", "which")

    def __init__(self, *args: Any, candidates: Sequence[FrontPageCandidate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.candidates_by_key = {str(each.uid): each for each in candidates}
        self.fields["story"].choices = [  # type: ignore[attr-defined]  # a field with choices
            ("", "Newest story"),
            *((key, _format_title(each)) for key, each in self.candidates_by_key.items()),
        ]

    @property
    def is_not_live(self) -> bool:
        """Whether the story in this place is not live now, so that readers see a different one instead."""
        story = self.candidates_by_key.get(str(self["story"].value() or ""))
        return story is not None and not story.is_live

    def needs_moment(self) -> bool:
        """Return whether a day or a time was entered."""
        return any(bool(self.data.get(self.add_prefix(name))) for name in ("day", "time"))

    def chosen_story(self) -> FrontPagePlace | None:
        """Return the chosen story and the time until which it keeps the place, or None if no story was chosen."""
        key = self.cleaned_data["story"]
        return FrontPagePlace(self.candidates_by_key[key].uid, self.moment or FOREVER) if key else None


class FrontPageView(DeskView):
    """Show the places on the front page, and store the stories that an editor chooses."""

    permission = front_page.PERMISSION
    template_name = "admin/front_page.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(self.make_forms(None), seen=front_page.get_arrangement_digest())

    def post(self, request: HttpRequest) -> HttpResponse:
        place_forms, problem = self.make_forms(request.POST), ""
        # A refused form is shown again with the digest that it submitted, so if another user has changed the front
        # page, this user has to reopen the screen.
        seen = request.POST.get("seen", "")
        # Validate every form, even after an invalid one, so that each shows its own errors.
        if not [form for form in place_forms if not form.is_valid()]:
            chosen = [(form, place) for form in place_forms if (place := form.chosen_story())]
            try:
                front_page.arrange_front_page(
                    [place for _, place in chosen], by=signed_in_user(request), seen_digest=seen
                )
            except front_page.NotArrangedError as refusal:
                if refusal.place is None:
                    problem = str(refusal)
                else:
                    chosen[refusal.place - 1][0].add_error("story", str(refusal))
            else:
                messages.success(request, "Front page saved.")
                return redirect("admin:front_page")
        return self.show(place_forms, seen=seen, problem=problem)

    def make_forms(self, data: QueryDict | None) -> list[PlaceForm]:
        candidates = front_page.list_candidates(at=self.at, limit=MAX_CANDIDATES)
        return [
            PlaceForm(data, prefix=f"place-{number}", candidates=candidates, initial=initial, auto_id=f"{number}-%s")
            for number, initial in enumerate(_build_initial_values(front_page.list_places(at=self.at)), start=1)
        ]

    def show(self, place_forms: list[PlaceForm], *, seen: str, problem: str = "") -> HttpResponse:
        focus_first_error_in_forms(place_forms)
        return self.render(
            {
                "title": "Front page",
                "front_places": place_forms,
                "problem": problem,
                "several_languages": len(settings.SITE_LANGUAGES) > 1,
                "seen": seen,
            }
        )


def _format_title(story: FrontPageCandidate) -> str:
    """Return the title, with the language if the site has several, and with “not live” if that applies."""
    details = [story.language] if len(settings.SITE_LANGUAGES) > 1 else []
    details += [] if story.is_live else ["not live"]
    return f"{story.title} ({', '.join(details)})" if details else story.title


def _build_initial_values(places: Sequence[FrontPagePlace]) -> list[dict[str, object]]:
    """Return the initial values of the ``FRONT_PAGE_PLACES`` forms."""
    values: list[dict[str, object]] = []
    for place in places:
        until = None if place.until == FOREVER else timezone.localtime(place.until)
        values.append({"story": str(place.uid), **({"day": until.date(), "time": until.time()} if until else {})})
    return values + [{} for _ in range(FRONT_PAGE_PLACES - len(values))]
