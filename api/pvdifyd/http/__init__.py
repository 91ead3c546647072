"""The API: requests become calls of operations, rows become JSON. One resource, one folder."""
