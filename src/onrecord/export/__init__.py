"""Take what a store answers elsewhere: tables, linked data, news items, and frames in Python."""

from onrecord.export.formats import ExportFormat, Subject, ask_for, export_chunks, language_of, media_type
from onrecord.export.names import Names

__all__ = ["ExportFormat", "Names", "Subject", "ask_for", "export_chunks", "language_of", "media_type"]
