"""What `make demo` makes and `make demo-down` removes: a host, a registry and a daemon on this machine.

The end-to-end tests and Molecule make their own with the same modules. Standard library only.
"""
