"""Clubs, competitions, matches, absences: the domain, its sources and its store."""
