"""Tests with the programs of a machine that serves a site: Caddy, nginx and systemd."""
