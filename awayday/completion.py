"""What a shell offers when a word of a command line is begun: clubs and competitions by id or name."""

MOST = 30


def clubs(incomplete: str) -> list[tuple[str, str]]:
    """Ids of clubs that begin like that, each with its name, and names that do, each with its city."""
    from football.clubs import load_registry

    begun = incomplete.casefold()
    found: list[tuple[str, str]] = []
    for club in load_registry():
        if begun and club.name.casefold().startswith(begun):
            found.append((club.name, club.city or club.country))
        elif club.id.startswith(begun):
            found.append((club.id, club.name))
        if len(found) == MOST:
            break
    return found


def competitions(incomplete: str) -> list[tuple[str, str]]:
    """Ids of competitions that begin like that, each with its name."""
    from football.competitions import load_competitions

    begun = incomplete.casefold()
    return [(name, one.name) for name, one in load_competitions().items() if name.startswith(begun)]
