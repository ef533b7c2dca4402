from . import test_discuss, test_record

# people

# evidence

# clock

# approval

# receipts
