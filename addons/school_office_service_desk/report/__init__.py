from . import door_labels
