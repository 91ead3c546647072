"""The machines that apps run on."""
