"""Rows of the NSI questions, a file for each domain; see ../nsi_keys."""
