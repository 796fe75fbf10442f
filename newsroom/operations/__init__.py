"""Running the site: the web server, its command, the health checks, and the log of requests."""
