"""Show a store to people in a browser, and to programs as JSON; to others than this machine only with a token."""

from onrecord.serve.app import create_app, run
from onrecord.serve.guards import Access

__all__ = ["Access", "create_app", "run"]
