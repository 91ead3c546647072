"""Commands on an app's config vars and secrets."""
