"""What was pasted, where it stands in a message, and as what: read here, checked by the families (names, title, team …)."""
