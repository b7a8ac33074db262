"""The demo: people and posts as data, and the code that draws their pictures."""
