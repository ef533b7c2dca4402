from . import test_meetings_desk
