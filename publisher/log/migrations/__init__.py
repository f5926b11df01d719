"""How the tables of the log came to be, step by step; run when a log is opened."""
