"""In which order the seats of a room are given away."""


def best_seats(rows, columns):
    """Yield the seats ``(row, column)`` from the best to the last.

    Row by row from the front; in each row from the middle outwards, first to the left:
    1 sits in the centre, 2 at his left hand and 3 at his right (左为上).

    >>> list(best_seats(1, 5))
    [(1, 3), (1, 4), (1, 2), (1, 5), (1, 1)]
    >>> list(best_seats(1, 4))
    [(1, 2), (1, 3), (1, 1), (1, 4)]
    """
    centre = (columns + 1) // 2
    order = [centre]
    for step in range(1, columns + 1):
        order += [
            seat for seat in (centre + step, centre - step) if 1 <= seat <= columns
        ]
    for row in range(1, rows + 1):
        for column in order:
            yield row, column
