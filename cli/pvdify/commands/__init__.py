"""The commands, one to a module, each named `command` in it; `pvdify.main` lists them."""
