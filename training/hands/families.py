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
    Family("alex-brush"),
    Family("allura"),
    Family("amatic-sc"),
    Family("annie-use-your-telescope"),
    Family("architects-daughter"),
    Family("bad-script"),
    Family("birthstone"),
    Family("caveat"),
    Family("caveat-brush"),
    Family("cedarville-cursive"),
    Family("chilanka"),
    Family("condiment"),
    Family("covered-by-your-grace"),
    Family("damion"),
    Family("dancing-script"),
    Family("dekko"),
    Family("delicious-handrawn"),
    Family("delius"),
    Family("gaegu"),
    Family("gloria-hallelujah"),
    Family("gochi-hand", held_out=True),
    Family("handlee"),
    Family("indie-flower", held_out=True),
    Family("kalam"),
    Family("kaushan-script"),
    Family("kristi"),
    Family("la-belle-aurore", held_out=True),
    Family("mansalva"),
    Family("marck-script"),
    Family("nanum-brush-script"),
    Family("nanum-pen-script"),
    Family("neucha"),
    Family("nothing-you-could-do", held_out=True),
    Family("oooh-baby"),
    Family("patrick-hand", held_out=True),
    Family("playpen-sans"),
    Family("poor-story"),
    Family("reenie-beanie", held_out=True),
    Family("sacramento"),
    Family("shadows-into-light"),
    Family("shantell-sans"),
    Family("short-stack"),
    Family("sriracha"),
    Family("sue-ellen-francisco"),
    Family("swanky-and-moo-moo"),
    Family("the-girl-next-door"),
    Family("yomogi"),
    Family("zen-kurenaido"),
    Family("zeyada"),
)
