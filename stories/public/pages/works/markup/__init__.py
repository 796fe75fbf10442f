"""HTML of the parts of a story's page. It is built in Python, because a template would take ten times as long."""
