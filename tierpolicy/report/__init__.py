"""Decisions and counts as tables and words for people."""
