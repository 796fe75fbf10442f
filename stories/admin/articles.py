"""Admin for articles: the changelist and the form."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from newsroom.audit.audited_admin import AuditedAdmin
from newsroom.db.counts import attach_counts, format_count
from newsroom.desk.changelists.admin import SavedViewsAdmin
from newsroom.desk.changelists.filters import boolean_filter
from newsroom.desk.deletion import Alternative
from newsroom.desk.forms.name_fields import NameInput
from newsroom.entities.merge_views import QUERY_LIMIT, usage_context
from stories.admin.views.lookups import MAX_EMBEDDED
from stories.models import Article, Outlet

PROPOSED_OUTLET = "proposed"
MAX_OUTLET_CHOICES = 100


class ArticleForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    """Form for an article. Its outlet is looked up by name, and an unknown name is proposed."""

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
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on unchanged
        if self.instance.pk:
            self.initial["outlet_name"] = self.instance.outlet_name

    def clean_outlet_name(self) -> str:
        """Look up the outlet by its name or alias; if there is none, propose the name."""
        name = " ".join(self.cleaned_data["outlet_name"].split())
        self.instance.outlet = Outlet.objects.with_name(name).first()
        self.instance.proposed_outlet = "" if self.instance.outlet else name
        return name


class OutletFilter(admin.SimpleListFilter):
    """Filter articles by outlet.

    The choices are the first ``MAX_OUTLET_CHOICES`` outlets with articles, in alphabetical order, and the chosen
    outlet. One more choice stands for all proposed outlets.
    """

    title = "outlet"
    parameter_name = "outlet__id__exact"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            *(
                (str(key), name)
                for key, name in Outlet.objects.with_articles(self.value() or "", limit=MAX_OUTLET_CHOICES)
            ),
            (PROPOSED_OUTLET, "Proposed"),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Article]:
        """Return the articles of the chosen outlet; raise IncorrectLookupParameters for an unknown choice."""
        value = self.value()
        if not value:
            return queryset  # type: ignore[no-any-return]
        if value not in dict(self.lookup_choices):
            raise IncorrectLookupParameters
        return queryset.of_outlet(None if value == PROPOSED_OUTLET else int(value))  # type: ignore[no-any-return]


@admin.register(Article)
class ArticleAdmin(SavedViewsAdmin, AuditedAdmin):
    """Changelist and form for articles."""

    form = ArticleForm
    fields = ("url", "title", "outlet_name", "published_on", "author", "paywalled")
    fields_to_read = ("url", "title", "of_outlet", "published_on", "author", "paywalled")
    list_display = ("title", "of_outlet", "published_on", "used_in")
    further_columns = ("url", "author", "paywalled")
    list_filter = (boolean_filter("paywalled"), OutletFilter)
    sortable_by = ("title", "published_on")
    search_fields = ("title", "url", "author", "outlet__name", "proposed_outlet")
    search_help_text = "Title, address, author or outlet"
    change_form_template = "admin/stories/article/form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        return Article.objects.select_related("outlet")

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[QuerySet[Article], bool]:
        return queryset.search(search_term), False

    def rows_for_page(self, request: HttpRequest, rows: QuerySet[Article]) -> list[Article]:
        """Count the works that cite each article on the page."""
        return attach_counts(rows, "work_count", lambda article: article.citations.all())

    def get_alternative_to_deletion(self, obj: Model) -> Alternative:
        return Alternative("correct what is wrong with it", reverse("admin:stories_article_change", args=[obj.pk]))

    @admin.display(description="Outlet")
    def of_outlet(self, article: Article) -> str:
        """Return the name of the outlet, marked if it is only proposed."""
        return article.outlet.name if article.outlet else f"{article.proposed_outlet} (proposed)"

    @admin.display(description="Used in")
    def used_in(self, article: Any) -> str:
        """Return the number of works that cite the article, as text."""
        count = article.work_count
        return f"{format_count(count)} {'page' if count == 1 else 'pages'}" if count else "nothing"

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Render the form with the works that cite the article, and with suggested outlet names."""
        article = context.get("original")
        context |= {
            "suggestions": {
                "outlet-names": list(Outlet.objects.active().values_list("name", flat=True)[:MAX_EMBEDDED])
            },
            **usage_context(
                article.works(limit=QUERY_LIMIT) if isinstance(article, Article) else [], user=request.user
            ),
        }
        return super().render_change_form(request, context, *args, **kwargs)
