"""The worker: it alone reaches hosts, and joins the operations with the engine."""
