"""The cache of public pages: responses are the same for everybody and stored until something that they show changes."""
