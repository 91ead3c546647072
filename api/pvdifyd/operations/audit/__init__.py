"""The audit log: one entry for each change that was asked for, in a chain that shows whether any was touched."""
