"""How letters follow each other in words: the table by which a line tells look-alikes apart, made from word lists.

python -m training letters       needs the package wordfreq; writes assets/letters.npz

Source of the words: Robyn Speer, wordfreq 3.1 (2023), whose lists are licensed CC BY-SA 4.0; what is kept are counts of
letters alone. Smoothing: interpolated, each order's share by Witten & Bell 1991.
"""

import argparse
import unicodedata

import numpy as np

from hcr.assets import LETTERS

LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv")
WORDS = 20_000  # of each language, the commonest
LIMIT = 2.5  # nats: no row of letters speaks louder for or against one


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of `letters`: nothing to set."""
    del parser


def run(arguments: argparse.Namespace) -> int:
    """Write the table."""
    del arguments
    from wordfreq import top_n_list, word_frequency

    counts = np.zeros((27, 27, 27))
    for language in LANGUAGES:
        for word in top_n_list(language, WORDS):
            plain = "".join(letter for letter in unicodedata.normalize("NFKD", word) if not unicodedata.combining(letter))
            if plain.isascii() and plain.isalpha():
                row = [0, 0, *(ord(letter) - ord("a") + 1 for letter in plain.lower()), 0]
                weight = word_frequency(word, language) ** 0.5 * 1e3  # between how often it is written and one each
                for place in range(2, len(row)):
                    counts[row[place - 2], row[place - 1], row[place]] += weight
    np.savez_compressed(LETTERS, surprise=surprise(counts).astype(np.float16))
    print(f"Wrote {LETTERS}.")
    return 0


def surprise(counts: np.ndarray) -> np.ndarray:
    """How often three letters follow each other, float (27, 27, 27) -> how much likelier than by chance the third one is
    behind the first two, in nats, within LIMIT."""
    alone = counts.sum((0, 1)) / counts.sum()
    behind_one = _mixed(counts.sum(0), alone)
    behind_two = _mixed(counts, behind_one)
    return np.asarray(np.clip(np.log(behind_two * 27), -LIMIT, LIMIT))


def _mixed(counts: np.ndarray, shorter: np.ndarray) -> np.ndarray:
    """Shares by the counts, as far as there are enough, and by the shorter context's."""
    total, kinds = counts.sum(-1, keepdims=True), (counts > 0).sum(-1, keepdims=True)
    shares: np.ndarray = (counts + kinds * shorter) / np.maximum(total + kinds, 1e-9)
    return np.where(total + kinds > 0, shares, shorter)
