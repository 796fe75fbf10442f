"""Single sign-on with an OpenID Connect provider. Unless ``OIDC_ISSUER`` is set, only ``checks`` and ``errors`` are imported."""
