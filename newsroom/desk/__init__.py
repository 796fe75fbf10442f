"""The toolkit for the admin: base classes, forms, changelists, responses to scripts, and local times."""
