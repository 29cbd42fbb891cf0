"""Failures as tests that stand alone: `exporter.Exporter` writes a file of pytest for each
finding.
"""
