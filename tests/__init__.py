"""Tests of the publisher: run them from the top of the repository."""
