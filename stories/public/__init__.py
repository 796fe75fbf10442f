"""The public side of stories, questions and outlets: pages, feeds, sitemaps and API, built from editions alone."""
