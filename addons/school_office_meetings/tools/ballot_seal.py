"""Secret ballots: how a choice is kept until the vote closes. Pure Python.

While a secret vote is open, the choice lies on the roll of voters in a seal: AES-GCM
under a key of that vote alone, bound to the vote and the voter. The key is a file of
the filestore and never in the database; closing counts, empties every seal and destroys
the key. So whoever reads the database, now or in a copy of it, learns who voted and the
three counts, and nothing that joins them.
"""

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

CHOICES = ("for", "against", "abstain")
KEY_BYTES = 32
_NONCE = 12


def new_key():
    return AESGCM.generate_key(bit_length=8 * KEY_BYTES)


def seal(key, vote_id, voter_id, choice):
    """Return the sealed choice as text; every choice gives the same length."""
    nonce = os.urandom(_NONCE)
    plain = bytes([CHOICES.index(choice)])
    sealed = AESGCM(key).encrypt(nonce, plain, _about(vote_id, voter_id))
    return base64.b64encode(nonce + sealed).decode()


def unseal(key, vote_id, voter_id, text):
    """Return the choice; ``ValueError`` if the seal is not of this vote and voter."""
    raw = base64.b64decode(text)
    try:
        plain = AESGCM(key).decrypt(
            raw[:_NONCE], raw[_NONCE:], _about(vote_id, voter_id)
        )
    except InvalidTag as error:
        raise ValueError("a ballot was not sealed for this vote and voter") from error
    return CHOICES[plain[0]]


def _about(vote_id, voter_id):
    return f"school.meeting.vote:{vote_id}:{voter_id}".encode()
