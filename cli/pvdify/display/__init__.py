"""What people see: tables, lines, progress and reasons, all of it safe for a terminal."""
