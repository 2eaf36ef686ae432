"""Short forms of Compose's values, and what they imply: functions of nodes that keep the places of what they read."""
