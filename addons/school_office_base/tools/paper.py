"""The rows of a printed book, put on pages before they are printed.

Debian's wkhtmltopdf prints the heads of columns once, on the first page, whatever the
style says. So each page of a book is a table of its own, with its heads; how many rows
it takes is reckoned from their texts. The reckoning is careful: a page may stay a bit
empty, it does not run over.
"""

import math
from unicodedata import east_asian_width

# What a row needs besides its lines of text: padding and the rule.
ROW_EDGE = 0.5


def text_width(text):
    """Width of a text in em: Chinese characters take one, Latin ones over half."""
    return sum(1 if east_asian_width(char) in "WFA" else 0.58 for char in text)


def line_count(text, room):
    """Lines that a text takes in a column ``room`` em wide."""
    return sum(
        max(1, math.ceil(text_width(line) / room)) for line in (text or "").split("\n")
    )


def split_pages(rows, cells, rooms, first, full):
    """Split ``rows`` into pages.

    :param cells: row -> texts of its columns, lines separated by ``\\n``
    :param rooms: width of each column in em
    :param first: lines that fit below the heads on the first page
    :param full: lines that fit below the heads on the others
    :return: a list of lists of rows; one empty list without any
    """
    pages, left = [[]], first
    for row in rows:
        height = ROW_EDGE + max(map(line_count, cells(row), rooms))
        if height > left and pages[-1]:
            pages.append([])
            left = full
        pages[-1].append(row)
        left -= height
    return pages


def rooms_of(shares, width, edge=0.9):
    """Widths of columns in em, of their shares of a table ``width`` em wide."""
    total = sum(shares)
    return [max(1, width * share / total - edge) for share in shares]
