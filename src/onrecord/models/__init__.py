"""Loaded model weights behind small protocols."""
