"""Tests with the programs of a machine that serves a site: Caddy, nginx, systemd and age."""
