"""The site behind a real Varnish, with the configuration that its operators are given."""
