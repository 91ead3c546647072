"""An app's file: the whole definition of a slot, read, compared with what is there, and written."""
