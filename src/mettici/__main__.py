"""Makes `python -m mettici` run the command `mettici`."""

from mettici.cli import main

if __name__ == "__main__":  # worker processes import this module too, and must not run the command
    main()
