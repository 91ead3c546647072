"""pvdifyd: the daemon that keeps apps, releases and operations, and runs them through Ansible."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("pvdify")
except PackageNotFoundError:  # a checkout that was never installed
    __version__ = "0.0.0"
