"""The *Checks* screen: each check with its description and its level on this site."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from newsroom.accounts.models import User
from newsroom.accounts.permissions import signed_in_user
from newsroom.desk.views import DeskView
from stories import checks
from stories.checks import Level, RegisteredCheck
from stories.publishing import overrides

VIEW_RIGHT = "stories.view_checklevel"
KINDS = {"story": "Stories", "question": "Questions", "any": "Stories and questions"}
LEVELS = {Level.BLOCKER: "Blocker", Level.WARNING: "Warning", Level.HINT: "Hint"}


class LevelsForm(forms.Form):
    """Form with a choice for each check whose level can be set."""

    def __init__(self, data: object, levels: dict[str, Level], *, may_change: bool) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # POST data or None
        for check in checks.list_checks():
            if check.is_overridable:
                self.fields[check.code] = forms.ChoiceField(
                    label=check.sentence,
                    choices=[
                        (level.value, f"{label} (default)" if level is check.level else label)
                        for level, label in LEVELS.items()
                    ],
                    initial=levels.get(check.code, check.level).value,
                    disabled=not may_change,
                    widget=forms.Select({"id": f"level-{check.code}"}),
                )

    def set_levels(self, *, by: User) -> list[str]:
        """Store the chosen levels; return the codes of the checks whose level changed."""
        return overrides.set_levels({code: Level(level) for code, level in self.cleaned_data.items()}, by=by)


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One check on the screen. If its level cannot be set, ``field`` is None, and ``fixed_level`` names the level."""

    check: RegisteredCheck
    field: forms.BoundField | None
    fixed_level: str = ""


class CheckLevelsView(DeskView):
    """List the checks with their levels, and store the levels that an administrator chooses."""

    template_name = "admin/check_levels.html"
    may_change: bool

    def prepare(self) -> None:
        user = self.request.user
        self.may_change = user.has_perm(overrides.LEVEL_PERMISSION)
        self.require(user.has_perm(VIEW_RIGHT) or self.may_change)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(self.make_form(None))

    def post(self, request: HttpRequest) -> HttpResponse:
        self.require(self.may_change)
        form = self.make_form(request.POST)
        if form.is_valid():
            changed = form.set_levels(by=signed_in_user(request))
            messages.success(request, _describe_changes(changed))
            return redirect("admin:check_levels")
        messages.error(request, "Not saved. Choose a level for each check.")
        return self.show(form)

    def make_form(self, data: object) -> LevelsForm:
        return LevelsForm(data, dict(checks.load_house_rules().levels), may_change=self.may_change)

    def show(self, form: LevelsForm) -> HttpResponse:
        families: dict[str, list[CheckRow]] = {name: [] for name in KINDS.values()}
        for check in checks.list_checks():
            field = form[check.code] if check.is_overridable else None
            families[KINDS[check.kind]].append(CheckRow(check, field, "" if field else LEVELS[check.level]))
        return self.render({"title": "Checks", "checks_by_kind": list(families.items()), "may_change": self.may_change})


def _describe_changes(changed: list[str]) -> str:
    match len(changed):
        case 0:
            return "No levels changed."
        case 1:
            return "One level changed."
        case count:
            return f"{count} levels changed."
