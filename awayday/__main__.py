"""`python -m awayday`: the command line."""

from awayday.cli import main

if __name__ == "__main__":
    main()
