# call

# prep

# room

# minutes

# venues
