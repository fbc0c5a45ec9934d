"""The peers are installed by `make bench` only; without them their module is not collected.

Nothing goes unchecked: the command compares every answer before it takes a time, and fails.
"""

from importlib.util import find_spec

collect_ignore = [] if find_spec("zen") and find_spec("openfisca_core") else ["test_agreement.py"]
