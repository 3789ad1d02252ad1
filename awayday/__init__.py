"""Awayday: match outcome probabilities. This package is the command line and the settings (the composition root)."""
