"""The pages of the desk, each room with the addresses that it answers."""
