"""Fit, judge, promote: the training scripts and the only writer to MLflow."""
