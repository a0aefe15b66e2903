"""Knowledge that is data: word lists from `data/*.toml`, loaded once into frozen records."""
