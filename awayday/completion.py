"""What a shell offers when a word of a command line is begun: ids of clubs and competitions.

Shells take what begins as the word does, and split at spaces: names would not do.
"""


def clubs(incomplete: str) -> list[tuple[str, str]]:
    """Ids of clubs that begin like that, each with its name; none before a word is begun, they are thousands."""
    from football.clubs import load_registry

    return [(club.id, club.name) for club in load_registry() if incomplete and club.id.startswith(incomplete)]


def competitions(incomplete: str) -> list[tuple[str, str]]:
    """Ids of competitions that begin like that, each with its name."""
    from football.competitions import load_competitions

    return [(name, one.name) for name, one in load_competitions().items() if name.startswith(incomplete)]
