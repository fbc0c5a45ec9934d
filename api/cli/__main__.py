"""`python -m api.cli`."""

from api.cli.app import main

main()
