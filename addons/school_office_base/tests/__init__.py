# people

# evidence

# clock

# approval

# receipts
