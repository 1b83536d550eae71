"""What goes into groups and comes from them: texts to forward, what changed, and texts of others held against the notice."""
