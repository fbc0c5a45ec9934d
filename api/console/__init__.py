"""The desks of staff, officials and administrators: pages made on the server."""
