"""The admin screen for contributors."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from newsroom.accounts.models import Contributor, User
from newsroom.audit.audited_admin import AuditedAdmin
from newsroom.db.counts import attach_counts, format_count


@admin.register(Contributor)
class ContributorAdmin(AuditedAdmin):
    fields = ("name", "user")
    list_display = ("name", "user", "stories")
    list_select_related = ("user",)
    search_fields = ("name", "user__username")
    search_help_text = "Name or account"
    sortable_by = ("name",)

    def rows_for_page(self, request: HttpRequest, rows: QuerySet[Contributor]) -> list[Contributor]:
        """Return the contributors on a page of the list, each with their number of stories."""
        return attach_counts(rows, "story_count", lambda contributor: contributor.bylines.all())

    @admin.display(description="Stories")
    def stories(self, contributor: Any) -> str:
        return format_count(contributor.story_count)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        # Without the related-widget wrapper of Django's admin, which opens popup windows.
        if db_field.name == "user":
            return db_field.formfield(queryset=User.objects.order_by("first_name", "username"), **kwargs)
        return super().formfield_for_dbfield(db_field, request, **kwargs)
