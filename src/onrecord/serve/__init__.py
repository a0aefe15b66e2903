"""Show a store to people in a browser, and to programs as JSON, on this machine only."""

from onrecord.serve.app import create_app, run

__all__ = ["create_app", "run"]
