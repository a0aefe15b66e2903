"""What runs over time: who said what when, phrases that come and go, escalation, commitments and what became of them.

Everything here takes readings (or what was made of them) and values such as "now", and returns frozen records. Nothing
touches a file, the clock or chance. Each module is imported by its name; the package itself loads nothing.

- `periods`: days, weeks, months
- `occurrences`: statements and events on their day
- `timeline`: both over time, with gaps told apart from silence
- `phrases`, `formulas`, `bursts`: wording that appears, vanishes, hardens, softens
- `escalation`, `breaks`: an index of threats and acts, the days on which it changed, and the articles that changed it
- `commitments`: what became of what was promised
- `alerts`: rules over all of it
"""
