"""What the office hands out: the bulletin of a period and the leaflet of a post."""
