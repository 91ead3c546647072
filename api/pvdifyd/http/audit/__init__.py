"""The audit log: each write request is written down, and who may do everything can read it."""
