"""From the world to pages: files, folders and standard input, told apart by their content and never by their name."""

from onrecord.collect.pages import collect_pages

__all__ = ["collect_pages"]
