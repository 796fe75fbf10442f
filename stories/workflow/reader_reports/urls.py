"""URLs of the form for reader reports."""

from django.urls import path

from stories.workflow.reader_reports.views import reports, thanks

urlpatterns = [
    path("reports/", reports, name="reports"),
    path("reports/thanks/", thanks, name="reports_thanks"),
]
