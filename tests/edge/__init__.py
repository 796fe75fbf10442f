"""Tests of the site behind a real Varnish, with the configuration from the documentation."""
