"""What runs on the host: one small program for each phase of an operation.

The engine sends these files over Ansible's own connection (see ``pvdifyd.engine.payload``) and runs them there
with the host's Python, so nothing of ours needs to be installed or kept up to date on it. They use the standard
library alone, run on Python 3.9 and later, and import each other by relative names.

A step takes what should be, looks at what is, changes only the difference, and says what it changed. All of them
know check mode, and all are safe to repeat: that is how a broken run is mended.
"""
