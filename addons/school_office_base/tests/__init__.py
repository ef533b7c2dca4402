from . import test_record

# people

# evidence

# clock

# approval

# receipts
