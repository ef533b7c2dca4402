"""Values that a client puts into ``default_…`` keys of the context."""


def take_defaults(model, vals_list, *names):
    """Write the defaults of fields into the values of new records, in place.

    ``create`` fills in what is missing only after an override has looked at the values:
    a parent that comes by ``default_parent_id`` would never be checked.
    """
    defaults = None
    for vals in vals_list:
        missing = [name for name in names if name not in vals]
        if not missing:
            continue
        if defaults is None:
            defaults = model.default_get(list(names))
        vals.update({n: defaults[n] for n in missing if defaults.get(n)})
