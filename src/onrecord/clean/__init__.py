"""Page in, article out: its parts told apart, every block mapped back to the page."""

from onrecord.clean.article import clean_page

__all__ = ["clean_page"]
