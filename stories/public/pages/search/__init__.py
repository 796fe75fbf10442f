"""Searching what readers can read: what was asked, what was found, what it can be narrowed to, what is suggested."""

from stories.public.pages.search.hits import Found as Found
from stories.public.pages.search.query import Asked as Asked
from stories.public.pages.search.results import SearchPage as SearchPage
from stories.public.pages.search.suggestions import suggestions_for as suggestions_for
