"""The watch: steps that are done again and again, by one process, each for itself."""
