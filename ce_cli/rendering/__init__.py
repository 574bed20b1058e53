"""Data in, text out: tables, JSON, CSV and Markdown."""
