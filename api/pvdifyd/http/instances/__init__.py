"""What runs of an app now."""
