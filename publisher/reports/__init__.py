"""Documents made of the figures; nothing here opens the log or a site."""
