"""Columns of changelists."""

from django.contrib import admin
from django.db.models import BooleanField

from newsroom.desk.changelists.columns import boolean_column
from newsroom.site.models import AboutPage


def test_a_boolean_column_is_in_words():
    display = boolean_column("shown", "Shown", true="Shown", false="Hidden")
    assert [display(None, AboutPage(shown=shown)) for shown in (True, False)] == ["Shown", "Hidden"]


def test_no_list_shows_a_boolean_as_a_coloured_icon():
    for model, model_admin in admin.site._registry.items():
        icons = {field.name for field in model._meta.fields if isinstance(field, BooleanField)}
        icons |= {name for name in dir(model_admin) if getattr(getattr(model_admin, name, None), "boolean", False)}
        assert icons.isdisjoint(model_admin.list_display), model
