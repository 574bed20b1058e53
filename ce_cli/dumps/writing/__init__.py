"""Rows and reports out, as files of several formats."""
