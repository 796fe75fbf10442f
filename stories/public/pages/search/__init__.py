"""The search of the public site: parameters, results, filters and suggestions."""

from stories.public.pages.search.hits import Found as Found
from stories.public.pages.search.query import Asked as Asked
from stories.public.pages.search.results import SearchPage as SearchPage
from stories.public.pages.search.suggestions import suggestions_for as suggestions_for
