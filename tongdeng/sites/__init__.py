"""What people see: pages, addresses and forms. Nothing is decided or stored here."""
