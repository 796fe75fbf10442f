"""What machines are told of a page: what its head says, and a graph of what it is and names.

Pure functions of the values in ``stories.public.pages`` and ``topics.pages``. The vocabulary is that of schema.org 29, written as
JSON-LD 1.1; ``docs/schemas/structured-data.json`` says which shapes we use.
"""

from stories.public.structured_data.graphs import graph_of as graph_of
from stories.public.structured_data.heads import Head as Head
from stories.public.structured_data.heads import head_of as head_of
from stories.public.structured_data.site import Site as Site
