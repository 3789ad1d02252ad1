"""One module a step, in order of its number. A step that was released never changes."""
