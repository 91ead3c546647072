"""`python -m pvdify` is `pvdify`."""

from pvdify.main import main

if __name__ == "__main__":
    main()
