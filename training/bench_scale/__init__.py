"""How cost grows with matches: each step at several sizes, and the feature table beside polars and pandas."""
