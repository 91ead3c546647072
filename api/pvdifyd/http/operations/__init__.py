"""What is being done, and what was."""
