from . import handling_sheet, incoming_register
