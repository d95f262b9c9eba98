"""Date expressions of news texts → ISO 8601 values, against the day of publication.

`words` reads the words of a language (tables in `names/`, months and weekdays from CLDR), `ranges` finds the two sides of "vom 3. bis
5. Mai", `parts` collects what one side says, `resolve` gives it a value, `frames` knows the years that
a text sets for a passage, `iso` knows the values' days, `feasts` the days of feasts.
"""

from service.dates.frames import read_frames
from service.dates.ranges import TENSES, date_bounds, resolve_date
from service.dates.resolve import Resolved

__all__ = ["TENSES", "Resolved", "date_bounds", "read_frames", "resolve_date"]
