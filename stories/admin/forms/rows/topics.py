"""Rows for the topics of a work."""

from typing import ClassVar

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest

from newsroom.desk.forms.markdown import MarkdownEditor
from newsroom.desk.forms.name_fields import NameInput
from newsroom.desk.forms.rows import RowForm, RowInline, UidFormSet
from newsroom.text.fold import fold
from stories.models import WorkTopic
from topics.models import Topic


class TopicForm(RowForm):
    """Form for a topic, which is looked up by its name or alias; an unknown name is proposed."""

    name = forms.CharField(label="Name", max_length=200, widget=NameInput("topic-names"))

    class Meta:
        model = WorkTopic
        fields = ("description", "explain")
        help_texts: ClassVar = {
            "description": "",
            "explain": "Readers can open the description where the text first names the topic.",
        }
        widgets: ClassVar = {"description": MarkdownEditor(rows=2)}

    def clean_name(self) -> str:
        """Return the name.

        If it was changed, look up the topic with this name or alias, or else propose the name. Raise ValidationError if
        nothing is left of a changed name when it is folded.
        """
        name = " ".join(self.cleaned_data["name"].split())
        if "name" in self.changed_data:
            if not fold(name):
                raise forms.ValidationError("Enter a name that contains letters.", code="empty")
            self.instance.topic = Topic.objects.with_name(name).first()
            self.instance.proposed_name = "" if self.instance.topic else name
        return name


class TopicFormSet(UidFormSet):
    unique_field = "name"

    def set_initial(self, form: RowForm) -> None:
        """Set the initial name: the name of the topic, or the proposed name."""
        if not form.is_new:
            row: WorkTopic = form.instance
            form.initial["name"] = row.topic.name if row.topic else row.proposed_name

    def clean(self) -> None:
        """Add an error to a topic that is listed twice."""
        seen: set[object] = set()
        for form in self.forms:
            if self.is_remaining(form) and "name" in form.cleaned_data:
                identity = form.instance.topic_id or fold(form.instance.proposed_name)
                if identity in seen:
                    form.add_error("name", "This page already has this topic.")
                seen.add(identity)


class TopicRows(RowInline):
    """Inline for topics. Their order matters, because lists of works show only the first one."""

    model = WorkTopic
    form = TopicForm
    formset = TopicFormSet
    template = "admin/stories/rows/topics.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[WorkTopic]:
        rows: QuerySet[WorkTopic] = super().get_queryset(request)
        return rows.select_related("topic")
