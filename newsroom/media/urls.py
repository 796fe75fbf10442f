"""The URL pattern for renditions."""

from django.urls import path

from newsroom.media import views

app_name = "media"
urlpatterns = [path("<uuid:uid>/<str:name>", views.rendition, name="rendition")]
