"""How fast the service is, side by side with servers that do less: `python -m serving.bench`."""
