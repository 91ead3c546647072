"""The events of an operation, as a list or as a stream."""
