"""The admin screens for invitations: create, renew or withdraw an invitation, and see its state."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import date
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from newsroom.accounts import invitations
from newsroom.accounts.admin.users import RolesField
from newsroom.accounts.invitations import NewInvitation
from newsroom.accounts.models import Invitation
from newsroom.accounts.permissions import signed_in_user
from newsroom.accounts.reauthentication import require_reauthentication
from newsroom.audit.audited_admin import AuditedAdmin
from newsroom.desk.views import DeskFormView, ModelView
from newsroom.http import clock
from newsroom.http.clock import request_time
from newsroom.notifications.mail import NotSentError
from newsroom.operations import site_state
from newsroom.operations.site_state import NOT_LIVE


class InvitationForm(forms.Form):
    """The form for a new invitation."""

    email = forms.EmailField(
        label="E-mail",
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "off"}),
        error_messages={"required": "Enter the e-mail address of the person you invite."},
    )
    full_name = forms.CharField(label="Name", max_length=200, required=False, help_text="They can change it.")
    roles = RolesField(
        label="Roles",
        queryset=Group.objects.order_by("pk"),
        error_messages={"required": "Choose at least one role."},
    )


class MailInvitationView(ModelView):
    """Base class for screens that create, renew or withdraw an invitation."""

    def deliver(self, new_invitation: NewInvitation) -> HttpResponse:
        """Mail the link. If no mail can be sent, show the link once in the response, so that it can be copied.

        While the site is quiet, the e-mail waits.
        """
        reason = "This site does not send e-mail."
        if settings.EMAIL_CONFIGURED:
            try:
                is_sent = invitations.mail_invitation(new_invitation, at=self.at)
            except NotSentError as error:
                reason = f"The e-mail could not be sent. {error}"
            else:
                email = new_invitation.invitation.email
                if is_sent:
                    messages.success(self.request, f"The invitation to {email} was sent.")
                else:
                    messages.warning(self.request, f"The invitation to {email} has not been sent yet. {NOT_LIVE}")
                return redirect(self.address("changelist"))
        self.template_name = "admin/accounts/invitation/created.html"
        title = f"The link for {new_invitation.invitation.email}"
        response = self.render({"title": title, "new_invitation": new_invitation, "reason": reason})
        add_never_cache_headers(response)
        return response


class InviteView(DeskFormView, MailInvitationView):
    """Show the form for a new invitation. A POST creates the invitation and mails it."""

    template_name = "admin/accounts/invitation/add.html"
    form_class = InvitationForm

    def prepare(self) -> None:
        self.require(self.model_admin.has_add_permission(self.request))
        require_reauthentication(self.request)

    def submit(self, form: InvitationForm) -> HttpResponse | None:
        values, by = form.cleaned_data, signed_in_user(self.request)
        try:
            new_invitation = invitations.create_invitation(
                values["email"], full_name=values["full_name"], roles=values["roles"], by=by, at=self.at
            )
        except ValidationError as error:
            form.add_error(None, error)
            return None
        return self.deliver(new_invitation)

    def show(self, form: InvitationForm, **context: Any) -> HttpResponse:
        return super().show(
            form,
            status=422 if form.errors else 200,
            title="Invite someone",
            is_mail_set_up=settings.EMAIL_CONFIGURED,
            days=invitations.LIFETIME.days,
            is_quiet=settings.EMAIL_CONFIGURED and site_state.is_quiet(),
        )


class DecisionView(MailInvitationView):
    """Base class for views that renew or withdraw an invitation."""

    permission = invitations.CHANGE_PERMISSION
    invitation: Invitation

    def prepare(self) -> None:
        super().prepare()
        invitation = self.model_admin.get_object(self.request, str(self.kwargs["key"]))
        if invitation is None:
            raise Http404
        self.invitation = invitation


class RenewView(DecisionView):
    """Replace the link of an invitation and mail the new link."""

    def post(self, request: HttpRequest, key: int) -> HttpResponse:
        require_reauthentication(request)
        try:
            new_invitation = invitations.renew_invitation(self.invitation, by=signed_in_user(request), at=self.at)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect(self.address("change", self.invitation.pk))
        return self.deliver(new_invitation)


class WithdrawView(DecisionView):
    """Withdraw an invitation."""

    def post(self, request: HttpRequest, key: int) -> HttpResponse:
        try:
            invitations.withdraw_invitation(self.invitation, by=signed_in_user(request), at=self.at)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, "Invitation withdrawn. The link no longer works.")
        return redirect(self.address("changelist"))


@admin.register(Invitation)
class InvitationAdmin(AuditedAdmin):
    can_undo = False
    list_display = ("email", "full_name", "role_names", "state", "expires", "mail", "invited_by")
    list_display_links = ("email",)
    search_fields = ("email", "full_name")
    search_help_text = "E-mail or name"
    change_form_template = "admin/accounts/invitation/form.html"
    change_list_template = "admin/accounts/invitation/change_list.html"
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Invitation]:
        return Invitation.objects.for_lists()

    @admin.display(description="Roles")
    def role_names(self, invitation: Invitation) -> str:
        return ", ".join(role.name for role in invitation.roles.all())

    @admin.display(description="Status")
    def state(self, invitation: Invitation) -> str:
        return invitation.state_at(clock.now())

    @admin.display(description="Expires", ordering="ends_at")
    def expires(self, invitation: Invitation) -> str:
        return date(timezone.localtime(invitation.ends_at), "j M Y, H:i")

    @admin.display(description="E-mail", ordering="mailed_at")
    def mail(self, invitation: Invitation) -> str:
        at = invitation.mailed_at
        return f"Sent {date(timezone.localtime(at), 'j M Y, H:i')}" if at else "Not sent"

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        renew, withdraw = RenewView.as_view(model_admin=self), WithdrawView.as_view(model_admin=self)
        return [
            path("<int:key>/again/", wrap(renew), name="accounts_invitation_resend"),
            path("<int:key>/withdraw/", wrap(withdraw), name="accounts_invitation_withdraw"),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the form for a new invitation."""
        return InviteView.respond(self, request)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Add the state of the invitation and the permitted actions to the context."""
        invitation = kwargs.get("obj")
        if isinstance(invitation, Invitation):
            context["state"] = invitation.state_at(request_time(request))
            has_permission = request.user.has_perm(invitations.CHANGE_PERMISSION)
            context["may_decide"] = has_permission and context["state"] in {"Open", "Expired"}
            context["role_names"] = self.role_names(invitation)
        return super().render_change_form(request, context, *args, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # An invitation is renewed or withdrawn, never edited.
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # An accepted invitation shows how a user got access to the desk. A retention rule deletes the others.
        return False
