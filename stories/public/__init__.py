"""Public pages, feeds, sitemaps and API of stories, questions and outlets, built only from editions."""
