"""When the world is no longer the one that was learned from: alarms with a known false rate."""
