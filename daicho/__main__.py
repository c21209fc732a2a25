"""`python -m daicho`: the command line of a person at a shell."""

from daicho.cli import app

if __name__ == "__main__":
    app()
