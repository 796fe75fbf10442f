"""Running the site: the web server, health checks, logs, alerts, retention, backups and erasures."""
