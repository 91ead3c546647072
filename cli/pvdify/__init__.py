"""`pvdify`, the command line of a pvdify server. It speaks HTTP only and never imports `pvdifyd`."""
