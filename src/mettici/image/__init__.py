"""Photos as files and as pixels: decoded safely, measured in memory first, resized, encoded without metadata."""
