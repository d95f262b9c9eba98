"""Words for offices and bodies of states, by which persons and organizations belong to a country."""

from service.tables import word_pattern

OFFICE = word_pattern("office")  # of a state or a part of one
NATIONAL = word_pattern("national")  # of a state as a whole: where no country stands beside it, the state that the text is about is meant
LOCAL = word_pattern("local")  # of a part of a state or of an association: nothing is taken for granted
BETWEEN_STATES = word_pattern("between states", 0)  # offices of bodies that have no country
BODY = word_pattern("body")
GOVERNMENT = word_pattern("government")
STATE_OWNED = word_pattern("state owned")
POPE = word_pattern("pope")
SEVERAL = word_pattern("several")  # persons or states together, without a name of their own
TITLES = word_pattern("titles", 0)  # before a name, never part of it
