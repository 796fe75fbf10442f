"""Single sign-on with a provider of OpenID Connect. Nothing here is imported unless ``OIDC_ISSUER`` is set, except checks."""
