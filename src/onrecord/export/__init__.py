"""Take what a store answers elsewhere: tables, linked data, news items, and frames in Python."""

from onrecord.export.formats import ExportFormat, Subject, export_chunks, media_type
from onrecord.export.names import Names

__all__ = ["ExportFormat", "Names", "Subject", "export_chunks", "media_type"]
