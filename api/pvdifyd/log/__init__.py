"""What pvdifyd's processes write to standard error: one line for each thing that happened, for people or as JSON."""

from pvdifyd.log.setup import FORMATS, TEXT, configure, last_words

__all__ = ["FORMATS", "TEXT", "configure", "last_words"]
