"""Quality and speed, measured by one command each; `floors.toml` says what may not be lost again."""
