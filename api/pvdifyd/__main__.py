"""The program `pvdifyd`, also as `python -m pvdifyd`."""

import sys


def main() -> None:
    """Runs the command; says what to install where the extra `server` was left out."""
    try:
        from pvdifyd.main import main as run
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("pvdifyd"):
            raise
        sys.exit(f"pvdifyd: {error.name} is not installed. The daemon needs: pip install 'pvdify[server]'")
    run()


if __name__ == "__main__":
    main()
