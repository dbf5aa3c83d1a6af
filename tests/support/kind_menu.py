"""Keys of the console's menus and picks, for tests that drive it."""
from tap import *


def key_of(text, label):
    """The key that stands before a label of a menu."""
    line = next(x for x in text.splitlines()
                if x.startswith("\u2502") and label in x)
    return line.replace(">", " ").split(label)[0].split()[-1]


def choose_kind(s, key, name):
    """The menu of kinds, by the key that stands before the name."""
    s.keys(key)
    s.keys(key_of(s.wait(name), name))


def pick(s, letters, name):
    """An entry of reference data by letters; the first that is offered."""
    s.type(letters)
    s.wait(f"1 {name}")
    s.keys("1")
    s.wait(lambda t: f"1 {name}" not in t)


def go(s, label, key="Tab"):
    """From field to field until the one of that label."""
    text = s.settled()          # what was typed before is drawn
    for _ in range(120):
        here = [x for x in text.splitlines() if x.startswith(">")]
        if any(label in x for x in here):
            return
        s.keys(key)
        text = s.wait(lambda t: [x for x in t.splitlines()
                                 if x.startswith(">")] != here)
    raise TimeoutError(f"no field {label!r}:\n{s.text()}")


def choose_entry(s, label):
    """Takes the entry of that label from the menu that opens."""
    s.keys(key_of(s.wait(lambda t: any(
        x.startswith("\u2502") and label in x for x in t.splitlines())),
        label))


def choose(s, label, key="m"):
    """Opens a menu and takes the entry of that label."""
    s.keys(key)
    choose_entry(s, label)
