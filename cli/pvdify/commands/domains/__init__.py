"""Commands on an app's domains."""
