"""URLs for stories and questions outside the desk."""

from django.urls import include, path

urlpatterns = [
    path("", include("stories.public.urls")),
    path("", include("stories.workflow.reader_reports.urls")),
    path("", include("stories.workflow.shared_previews.urls")),
]
