"""Paths of places, drawn at random."""

from hypothesis import strategies as st

SEGMENT = st.from_regex(r"[a-z0-9]{1,4}(-[a-z0-9]{1,4})?", fullmatch=True)
PATHS = st.lists(SEGMENT, min_size=1, max_size=4).map("/".join)
