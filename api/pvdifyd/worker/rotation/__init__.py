"""Giving a host a new key: first to what is encrypted for it, batch by batch, and then in place of the old one."""

from pvdifyd.worker.rotation.rotate import new_recipient, rotate

__all__ = ["new_recipient", "rotate"]
