"""onrecord puts public statements on record."""
