"""Public pages, feeds, sitemaps and API of stories, questions and outlets, built from editions, never from drafts."""
