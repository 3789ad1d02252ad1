"""A file of each of openfootball's repositories, with one match."""

OPENFOOTBALL = {
    "austria": "2025-26/1-bundesliga.txt",
    "champions-league": "2025-26/cl.txt",
    "deutschland": "2025-26/1-bundesliga.txt",
    "england": "2025-26/1-premierleague.txt",
    "espana": "2025-26/1-liga.txt",
    "europe": "france/2025-26_fr1.txt",
    "italy": "2025-26/1-seriea.txt",
    "south-america": "ecuador/2025_ec1.txt",
    "world": "asia/kazakhstan/2025_kz1.txt",
}
"""A file of each repository."""


def one_match(repository: str) -> str:
    """The text of a repository's file."""
    return f"Sat Aug/16 2025\n 15.00 {repository} FC v {repository} United 2-1 (1-0)\n"
