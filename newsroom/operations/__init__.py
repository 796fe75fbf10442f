"""Running the site: the web server, and what an operator asks of it."""
