"""The subcommands of `pvdifyd`, one file each."""
