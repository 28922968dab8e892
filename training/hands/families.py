"""The families of handwriting fonts that the recipe learns from, all under the Open Font License."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Family:
    """name: as its package @fontsource/NAME calls it; held_out: for validation alone, never trained on; without: the
    characters whose glyph, seen alone, is not what it claims to be."""

    name: str
    held_out: bool = False
    without: str = ""


FAMILIES = (
    Family("allura", without="GJVW"),
    Family("amatic-sc", without="48"),
    Family("annie-use-your-telescope"),
    Family("architects-daughter"),
    Family("bad-script"),
    Family("birthstone", without="f"),
    Family("caveat"),
    Family("caveat-brush"),
    Family("cedarville-cursive", without="DGIJSfj"),
    Family("chilanka"),
    Family("covered-by-your-grace"),
    Family("damion", without="rv"),
    Family("dancing-script"),
    Family("dekko"),
    Family("delicious-handrawn"),
    Family("delius"),
    Family("gaegu"),
    Family("gloria-hallelujah"),
    Family("gochi-hand", held_out=True, without="Gz"),
    Family("handlee"),
    Family("indie-flower", held_out=True),
    Family("kalam"),
    Family("kaushan-script", without="s"),
    Family("la-belle-aurore", held_out=True, without="GIq"),
    Family("mansalva", without="Q"),
    Family("marck-script", without="CEFGHIJLSTU"),
    Family("nanum-brush-script"),
    Family("nanum-pen-script"),
    Family("neucha"),
    Family("nothing-you-could-do", held_out=True),
    Family("oooh-baby", without="fqs"),
    Family("patrick-hand", held_out=True),
    Family("playpen-sans"),
    Family("poor-story"),
    Family("reenie-beanie", held_out=True, without="Vnt"),
    Family("shadows-into-light"),
    Family("shantell-sans"),
    Family("short-stack"),
    Family("sriracha"),
    Family("sue-ellen-francisco"),
    Family("swanky-and-moo-moo", without="G"),
    Family("the-girl-next-door", without="q"),
    Family("yomogi"),
    Family("zen-kurenaido"),
    Family("zeyada", without="JKQXfrtux"),
)

PACKAGES = tuple(f"@fontsource/{family.name}" for family in FAMILIES)
