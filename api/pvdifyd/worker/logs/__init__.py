"""Logs: one reader on a host for everybody who follows an app."""

from .service import Logs

__all__ = ["Logs"]
