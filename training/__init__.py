"""How every weight was made; may import onrecord, never the reverse."""
