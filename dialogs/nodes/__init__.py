"""What the conversation can do, one kind a file. A tree, not a node, says what follows."""
