"""What readers see: pages, feeds, sitemaps, the API. Built from editions alone."""
