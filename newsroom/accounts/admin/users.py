"""The admin screen for users. Roles are groups; permissions are granted only through roles."""

import copy
from typing import Any, ClassVar

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import logout
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import date
from django.template.response import TemplateResponse
from django.utils import timezone

from newsroom.accounts.adapter import has_identity
from newsroom.accounts.models import User
from newsroom.accounts.offboarding import offboard, require_another_administrator
from newsroom.accounts.permissions import signed_in_user
from newsroom.accounts.reauthentication import require_reauthentication
from newsroom.accounts.roles import ADMINISTRATOR
from newsroom.accounts.sessions import end_other_sessions
from newsroom.audit import access, track_changes
from newsroom.audit.audited_admin import STATE_BEFORE, AuditedAdmin
from newsroom.audit.models import AccessVerb, Event
from newsroom.desk.admin import list_problems
from newsroom.desk.changelists.columns import boolean_column
from newsroom.desk.changelists.filters import with_title
from newsroom.http.clock import request_time

# Every number of up to 18 digits fits in a bigint.
MAX_KEY_DIGITS = 18


class RolesField(forms.ModelMultipleChoiceField[Group]):
    """A form field that shows the roles as checkboxes."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> QuerySet[Group]:
        """Return the chosen roles.

        Raise ValidationError if a value is not the key of a role, or if no role is chosen but one is required.
        """
        # Refuse malformed values before they are used in a query.
        for key in value or ():
            if not (str(key).isdecimal() and len(str(key)) <= MAX_KEY_DIGITS):
                raise forms.ValidationError("Choose from the list of roles.", code="invalid_choice")
        roles: QuerySet[Group] = super().clean(value)
        return roles


# Roles are defined in code, and the single sign-on provider in the settings. Second factors, sessions and confirmed
# addresses of other users are private.
admin.site.unregister([Group, Authenticator, EmailAddress, SocialAccount, SocialApp, SocialToken, UserSession])

ROLES_WIDGET = forms.CheckboxSelectMultiple


class UserForm(UserChangeForm):  # type: ignore[type-arg]  # Django's own form
    """The form for an existing user."""

    # Only for a user who is connected.
    disconnects = forms.BooleanField(
        required=False,
        help_text="Ends all sessions of the account. The next sign-in there with this e-mail address connects it again.",
    )

    class Meta(UserChangeForm.Meta):
        model = User
        widgets: ClassVar = {"groups": ROLES_WIDGET}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if has_identity(self.instance):
            self.fields["disconnects"].label = f"Disconnect from {settings.OIDC_NAME}"
        else:
            del self.fields["disconnects"]

    def clean(self) -> dict[str, Any]:
        """Refuse a change that would leave no active administrator.

        Also refuse to make a user without the administrator role the emergency administrator.
        """
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        require_another_administrator(
            User(pk=self.instance.pk, is_superuser=self.instance.is_superuser),
            is_active=bool(cleaned.get("is_active")),
            is_staff=bool(cleaned.get("is_staff")),
            groups=cleaned.get("groups") or (),
        )
        roles = {group.name for group in cleaned.get("groups") or ()}
        if cleaned.get("is_emergency_administrator") and ADMINISTRATOR not in roles:
            self.add_error("is_emergency_administrator", "Only an administrator can be the emergency administrator.")
        return cleaned


class NewUserForm(UserCreationForm):  # type: ignore[type-arg]  # Django's own form
    """The form for a new user, who can enter the desk immediately."""

    class Meta(UserCreationForm.Meta):
        model = User
        fields = ("username", "first_name", "last_name", "email", "groups")
        widgets: ClassVar = {"groups": ROLES_WIDGET}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if settings.OIDC_ONLY:
            del self.fields["password1"], self.fields["password2"]

    def set_password_and_save(self, user: User, *args: Any, **kwargs: Any) -> User:
        """Save the user, who has no password if everyone has to use single sign-on."""
        if settings.OIDC_ONLY:
            self.cleaned_data["password1"] = None  # Django then sets an unusable password
        saved: User = super().set_password_and_save(user, *args, **kwargs)  # type: ignore[misc]  # unknown to the stubs
        return saved

    def save(self, commit: bool = True) -> User:
        self.instance.is_staff = True
        user: User = super().save(commit)
        return user


class PasswordForm(AdminPasswordChangeForm):  # type: ignore[type-arg]  # Django's own form
    """The form with which an administrator sets or removes the password of another user."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A part of Django's own text cannot be translated. An account without a password has no such field.
        if field := self.fields.get("usable_password"):
            field.help_text = (
                "If not allowed, the current password is removed. The person then needs a passkey or single sign-on."
            )


@admin.register(User)
class UserAccountAdmin(AuditedAdmin, UserAdmin):  # type: ignore[type-arg]  # Django's own class
    can_undo = False
    form = UserForm
    add_form = NewUserForm
    change_password_form = PasswordForm
    add_form_template = "admin/change_form.html"
    change_list_template = "admin/accounts/user/change_list.html"
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("first_name", "last_name", "email")}),
        ("Roles", {"fields": ("groups", "is_staff", "is_active")}),
        ("Dates", {"fields": ("last_sign_in", "created")}),
    )
    add_fieldsets: Any = (
        (None, {"fields": ("username", "first_name", "last_name", "email", "groups")}),
        ("Password", {"fields": ("password1", "password2")}),
    )
    readonly_fields = ("last_sign_in", "created")
    filter_horizontal = ()
    list_display = ("username", "full_name", "email", "roles", "is_active_here")
    list_filter = (("groups", with_title(admin.RelatedFieldListFilter, "role")), "is_active")
    search_fields = ("username", "first_name", "last_name", "email")
    is_active_here = boolean_column("is_active", "Active", true="Active", false="Inactive")

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Return the fieldsets, which depend on whether the user exists, and on the single sign-on settings."""
        fieldsets: Any = copy.deepcopy(super().get_fieldsets(request, obj))
        if obj is not None and settings.OIDC_ISSUER:
            fieldsets[2][1]["fields"] += ("is_emergency_administrator",)
            if has_identity(obj):
                fieldsets[2][1]["fields"] += ("disconnects",)
        return fieldsets[:-1] if obj is None and settings.OIDC_ONLY else fieldsets

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Require reauthentication before a user is created or changed."""
        has_permission = self.has_change_permission(request) if object_id else self.has_add_permission(request)
        if has_permission and (request.method == "POST" or not object_id):
            require_reauthentication(request)
        response: HttpResponse = super().changeform_view(request, object_id, form_url, extra_context)
        return response

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Save the user, who is offboarded first if “active” was cleared."""
        if change and "is_active" in form.changed_data and not obj.is_active:
            offboard(obj, by=signed_in_user(request), at=request_time(request))
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the roles. End the connection with the provider if this was chosen.

        If the e-mail address has changed, record this and notify the previous address, if any.
        """
        # The administrator vouches for the new address, so no confirmation mail is sent to it.
        old_email = str((STATE_BEFORE.get(request) or {}).get("email", ""))
        super().save_related(request, form, formsets, change)
        if change and old_email != form.instance.email:
            access.record(AccessVerb.ADDRESS_CHANGED, request, account=form.instance)
        if form.cleaned_data.get("disconnects"):
            _disconnect(request, form.instance)
        if old_email and old_email != form.instance.email:
            get_adapter(request).send_notification_mail("account/email/email_changed", form.instance, email=old_email)

    def response_change(self, request: HttpRequest, obj: User) -> HttpResponse:
        """Sign administrators out if they have deactivated their own account."""
        if obj == request.user and not obj.is_active:
            logout(request)
            return redirect("account_login")
        response: HttpResponse = super().response_change(request, obj)
        return response

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        users: QuerySet[User] = super().get_queryset(request).prefetch_related("groups")
        return users

    @admin.display(description="Name", ordering="first_name")
    def full_name(self, user: User) -> str:
        return user.get_full_name()

    @admin.display(description="Last sign-in")
    def last_sign_in(self, user: User) -> str:
        return date(timezone.localtime(user.last_login), "j M Y, H:i") if user.last_login else "Never"

    @admin.display(description="Account created")
    def created(self, user: User) -> str:
        return date(timezone.localtime(user.date_joined), "j M Y, H:i")

    @admin.display(description="Roles")
    def roles(self, user: User) -> str:
        return ", ".join(group.name for group in user.groups.all()) or "none"

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        # Audit entries refer to the user. Clearing “active” removes all access.
        return False

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """Require reauthentication.

        After a change, record it, end all sessions of the user except the current one, and notify the user.
        """
        if self.has_change_permission(request):
            require_reauthentication(request)
        response: HttpResponse = super().user_change_password(request, id, form_url)
        if isinstance(response, TemplateResponse) and response.context_data:
            response.context_data["problems"] = list_problems(response.context_data["form"], [])
        user = self.get_object(request, id)
        if user and request.method == "POST" and response.status_code == 302:
            # The entry does not contain the password.
            Event.objects.write(
                track_changes.kind_of(user), track_changes.uid_of(user), "password set", by=signed_in_user(request)
            )
            access.record(AccessVerb.PASSWORD_CHANGED, request, account=user)
            current = (request.session.session_key or "") if user == request.user else ""
            end_other_sessions(user, current=current, at=request_time(request))
            get_adapter(request).send_notification_mail("account/email/password_changed", user)
        return response

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Show the roles as checkboxes, without the related-widget wrapper of Django's admin."""
        if db_field.name == "groups":
            return db_field.formfield(form_class=RolesField, label="Roles", help_text="")
        return super().formfield_for_dbfield(db_field, request, **kwargs)


def _disconnect(request: HttpRequest, user: User) -> None:
    """End the connection of a user with the provider, and notify the user."""
    from newsroom.accounts.single_sign_on import identities

    by = signed_in_user(request)
    current = (request.session.session_key or "") if user == by else ""
    identities.disconnect_account(user, by=by, current=current, at=request_time(request))
    identities.notify_of_disconnection(request, user)
