"""Places where posts are published; each is a Site of the engine."""
