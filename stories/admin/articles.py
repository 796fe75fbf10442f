"""The screens of articles: the list and the form."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from newsroom.editing.naming import NameInput
from newsroom.listing.filters import by_truth
from newsroom.listing.screens import ListedAdmin
from newsroom.record.screens import RecordedAdmin
from stories.admin.offers import MOST
from stories.models import Article, Outlet
from topics.joining import works_seen


class ArticleForm(forms.ModelForm):  # type: ignore[type-arg]  # the stubs want it where Python takes it too
    """An article: its outlet is one of the list, or proposed."""

    outlet_name = forms.CharField(label="Outlet", max_length=200, widget=NameInput("outlet-names"))

    class Meta:
        model = Article
        fields = ("url", "title", "published_on", "author", "paywalled")
        widgets: ClassVar = {
            "title": forms.TextInput(),
            "author": forms.TextInput(),
            "published_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came
        if self.instance.pk:
            self.initial["outlet_name"] = self.instance.outlet_name

    def clean_outlet_name(self) -> str:
        """Find the outlet of this name, or propose the name."""
        name = " ".join(self.cleaned_data["outlet_name"].split())
        self.instance.outlet = Outlet.objects.called(name).first()
        self.instance.proposed_outlet = "" if self.instance.outlet else name
        return name


@admin.register(Article)
class ArticleAdmin(ListedAdmin, RecordedAdmin):
    """Articles, the newest first."""

    form = ArticleForm
    fields = ("url", "title", "outlet_name", "published_on", "author", "paywalled")
    fields_to_read = ("url", "title", "of_outlet", "published_on", "author", "paywalled")
    list_display = ("title", "of_outlet", "published_on", "used_in")
    further_columns = ("url", "author", "paywalled")
    list_filter = (by_truth("paywalled"), ("outlet", admin.RelatedOnlyFieldListFilter))
    search_fields = ("title", "url", "author", "outlet__name", "proposed_outlet")
    search_help_text = "Title, address, author or outlet"
    change_form_template = "admin/stories/article/form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        """Fetch outlets along and count the works."""
        return Article.objects.counting_works().select_related("outlet")

    @admin.display(description="Outlet", ordering="outlet__name")
    def of_outlet(self, article: Article) -> str:
        """Name the outlet, also one that is only proposed."""
        return article.outlet.name if article.outlet else f"{article.proposed_outlet} (proposed)"

    @admin.display(description="Used in", ordering="work_count")
    def used_in(self, article: Any) -> str:
        """Say how many works cite it."""
        return (
            f"{article.work_count} {'work' if article.work_count == 1 else 'works'}"
            if article.work_count
            else "nothing"
        )

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Name the works that cite the article, and offer outlets."""
        article = context.get("original")
        context |= {
            "uses": works_seen(article.works(), user=request.user) if isinstance(article, Article) else [],
            "offers": {"outlet-names": list(Outlet.objects.on_offer().values_list("name", flat=True)[:MOST])},
        }
        return super().render_change_form(request, context, *args, **kwargs)
