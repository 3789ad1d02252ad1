"""Sources: each parses what one provider publishes into a contract table, or raises with file, line and reason."""
