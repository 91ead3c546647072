"""What people type: apps, versions, processes and the options that describe an app."""
