"""Running the site: the web server, its command, and the health checks."""
