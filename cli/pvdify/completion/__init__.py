"""What shells complete: commands, options, and the names of apps."""
