"""Made-up football whose truth is known: leagues, cups and continental cups with planted effects."""
