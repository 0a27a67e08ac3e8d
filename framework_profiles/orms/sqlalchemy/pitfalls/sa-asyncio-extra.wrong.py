from importlib.metadata import requires

from packaging.requirements import Requirement


def brings_greenlet(distribution, extra):
    needed = [Requirement(line) for line in requires(distribution) or []]
    names = [item.name for item in needed if item.marker is None or item.marker.evaluate({"extra": extra})]
    return "greenlet" in names


def main():
    return brings_greenlet("sqlalchemy", extra="")
