"""What every room of the back end stands on: database, errors, time, limits, logs."""
