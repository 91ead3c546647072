"""Reading hosts: the API asks the worker over a Unix socket, a line of JSON each way."""
