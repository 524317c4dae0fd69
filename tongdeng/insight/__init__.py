"""Measures, parity and reports: figures with their numerators and denominators."""
