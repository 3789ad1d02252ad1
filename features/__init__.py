"""What was known before kick-off, as numbers: pure functions of fixtures and history."""
