"""``python -m helpers.cli``: the command without its script."""

from helpers.cli import main

if __name__ == "__main__":
    main()
