"""What a pair of random schemas ends in, unless all is well."""


class Failure(Exception):
    pass


class Skip(Exception):
    pass


def expect(condition, *words):
    if not condition:
        raise Failure(" ".join(str(w) for w in words))
