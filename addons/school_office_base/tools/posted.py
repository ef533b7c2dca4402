"""What a visitor sent: texts, whatever his browser or a program made of them."""

import functools


def texts(endpoint):
    """Decorate a route whose values from outside are texts, and nothing else.

    A file sent in place of a text counts as nothing said, and bytes of zero, which
    PostgreSQL keeps in no column, are left out: bad input gets the answer of the page,
    not an error of the server. Numbers come from the pattern of the path.
    """

    @functools.wraps(endpoint)
    def clean(self, *args, **kwargs):
        for name, value in list(kwargs.items()):
            if isinstance(value, str):
                kwargs[name] = value.replace("\x00", "")
            elif not isinstance(value, int):
                del kwargs[name]
        return endpoint(self, *args, **kwargs)

    return clean
