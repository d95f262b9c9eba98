def link_meetings(text, events):
    for e in events:
        e.setdefault("during", None)
