"""What the commands on an app's config share: where values come from, how a change is sent, how it is shown."""
