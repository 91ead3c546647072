"""The command line, as this server hands it out: a script that installs it, and the wheel that it takes."""
