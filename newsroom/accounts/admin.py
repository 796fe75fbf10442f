"""The screens of people: accounts with their roles, and the names that stand over stories."""

from typing import Any, ClassVar

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm, UserCreationForm
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from newsroom.accounts.models import Contributor, User
from newsroom.accounts.permissions import person
from newsroom.record import keeping
from newsroom.record.models import Event
from newsroom.record.screens import RecordedAdmin

# Roles are laid down in code, and nobody looks at somebody else's second factor or sessions.
admin.site.unregister([Group, Authenticator, UserSession])

ROLES = forms.CheckboxSelectMultiple


class AccountForm(UserChangeForm):  # type: ignore[type-arg]  # Django's own form
    """An account that exists."""

    class Meta(UserChangeForm.Meta):
        model = User
        widgets: ClassVar = {"groups": ROLES}


class NewAccountForm(UserCreationForm):  # type: ignore[type-arg]  # Django's own form
    """An account that is made: it may enter the desk from the beginning."""

    class Meta(UserCreationForm.Meta):
        model = User
        fields = ("username", "first_name", "last_name", "email", "groups")
        widgets: ClassVar = {"groups": ROLES}

    def save(self, commit: bool = True) -> User:
        """Let the person enter the desk."""
        self.instance.is_staff = True
        user: User = super().save(commit)
        return user


@admin.register(User)
class AccountAdmin(RecordedAdmin, UserAdmin):  # type: ignore[type-arg]  # Django's own screen under our base
    """Accounts: roles are groups, and nothing is granted beside them."""

    puts_back = False
    form = AccountForm
    add_form = NewAccountForm
    add_form_template = "admin/change_form.html"
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("first_name", "last_name", "email")}),
        ("Roles", {"fields": ("groups", "is_staff", "is_active")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets: Any = (
        (None, {"fields": ("username", "first_name", "last_name", "email", "groups")}),
        ("Password", {"fields": ("password1", "password2")}),
    )
    readonly_fields = ("last_login", "date_joined")
    filter_horizontal = ()
    list_display = ("username", "full_name", "email", "roles", "is_active")
    list_filter = ("groups", "is_active")
    search_fields = ("username", "first_name", "last_name", "email")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Fetch roles along."""
        users: QuerySet[User] = super().get_queryset(request).prefetch_related("groups")
        return users

    @admin.display(description="Name", ordering="first_name")
    def full_name(self, user: User) -> str:
        """Name the person."""
        return user.get_full_name()

    @admin.display(description="Roles")
    def roles(self, user: User) -> str:
        """List the roles."""
        return ", ".join(group.name for group in user.groups.all()) or "none"

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Let nobody delete an account: its name stands in the record. Taking “active” away ends its access."""
        return False

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """Write that the password was set, never what to."""
        response: HttpResponse = super().user_change_password(request, id, form_url)
        user = self.get_object(request, id)
        if user and request.method == "POST" and response.status_code == 302:
            Event.objects.write(keeping.kind_of(user), keeping.uid_of(user), "password set", by=person(request))
        return response

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the roles as ticks, without the stock admin's wrapper."""
        if db_field.name == "groups":
            return db_field.formfield(widget=ROLES())
        return super().formfield_for_dbfield(db_field, request, **kwargs)


@admin.register(Contributor)
class ContributorAdmin(RecordedAdmin):
    """Names in bylines."""

    fields = ("name", "user")
    list_display = ("name", "user", "stories")
    list_select_related = ("user",)
    search_fields = ("name", "user__username")
    search_help_text = "Name or account"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Contributor]:
        """Count the stories along."""
        return Contributor.objects.counting_stories()

    @admin.display(description="Stories", ordering="story_count")
    def stories(self, contributor: Any) -> int:
        """Say over how many stories the name stands."""
        return int(contributor.story_count)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the accounts without the stock admin's wrapper, which opens windows."""
        if db_field.name == "user":
            return db_field.formfield(**kwargs)
        return super().formfield_for_dbfield(db_field, request, **kwargs)
