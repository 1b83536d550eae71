"""What the notice says, and how new wording becomes current."""
