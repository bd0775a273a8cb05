"""How likely each character is once all check digits are taken to be right, without searching."""

import numpy as np
from numpy.typing import NDArray

from hardware.mrz.grammar import VALUES, Rules

Array = NDArray[np.float64]

_OF_VALUE = (VALUES[:, None] == np.arange(10)).astype(np.float64)  # (37, 10)
_SUMS = np.arange(10)


def under(rules: Rules, probabilities: Array) -> tuple[float, Array]:
    """The probability that all checks are right, and those of the characters if they are.

    `probabilities` and the second result are (places, 37). Every assignment of characters is
    counted, so that two reads which satisfy the checks equally well leave both in doubt. The
    distribution of a sum of characters modulo 10 is the convolution of theirs, that is, the
    product of their Fourier transforms; two sums at a time: the composite's and that of the check
    that the character belongs to.
    """
    allowed = probabilities * rules.allowed
    after = allowed / np.maximum(allowed.sum(axis=1, keepdims=True), 1e-300)
    checked = np.flatnonzero(rules.weights.any(axis=1))
    values = allowed[checked] @ _OF_VALUE
    at = rules.weights[checked][:, :, None] * _SUMS % 10  # what each value adds to the two sums
    which = np.arange(len(checked))[:, None]
    sums = np.zeros((len(checked), 10, 10))
    np.add.at(sums, (which, at[:, 0], at[:, 1]), values)
    waves = np.fft.fft2(sums)

    checks = rules.check[checked]
    groups = [np.flatnonzero(checks == number) for number in np.unique(checks)]
    others = np.empty_like(waves)
    of_group = []
    for group in groups:
        before = np.ones_like(waves[group])
        np.cumprod(waves[group[:-1]], axis=0, out=before[1:])
        behind = np.ones_like(before)
        np.cumprod(waves[group[:0:-1]], axis=0, out=behind[-2::-1])
        others[group] = before * behind
        of_group.append((before[-1] * waves[group[-1]]).mean(axis=1))  # its own sum is 0
    for i, group in enumerate(groups):
        rest = np.prod([wave for j, wave in enumerate(of_group) if j != i], axis=0)
        others[group] *= np.broadcast_to(rest, 10)[:, None]
    right = float(np.prod(of_group, axis=0).mean().real)
    right = max(right, 0.0)

    # The others must make up for what the character adds: -w * v for each of the two sums.
    make_up = np.fft.ifft2(others).real[which, -at[:, 0] % 10, -at[:, 1] % 10]
    after[checked] = allowed[checked] * np.maximum(make_up, 0)[:, VALUES]
    after[checked] /= np.maximum(after[checked].sum(axis=1, keepdims=True), 1e-300)
    free = np.setdiff1d(np.arange(len(allowed)), checked)
    return right * float(np.prod(allowed[free].sum(axis=1))), after
