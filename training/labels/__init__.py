"""Stand-off labels of our own: statements of public articles, as offsets without the articles' text."""
