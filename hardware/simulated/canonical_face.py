"""The points of a face that looks straight ahead, computed from our own invented heads.

Run as `python -m hardware.simulated.canonical_face`; it writes `hardware/face/canonical_face.csv`,
which must be made anew when the mesh or the heads change.
"""

from itertools import product
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from hardware.face.pose import CANONICAL
from hardware.face.tracking import Tracker
from hardware.simulated.head import Hair, Look, Person, Skin, render

MIRROR = np.array([-1.0, 1.0, 1.0])


def canonical_face() -> NDArray[np.float64]:
    """The mean mesh, (468, 3), of heads of every skin and hair from in front; left equals right.

    Its middle is at 0, and its points are 1 away from there in the mean square.
    """
    looks = product(get_args(Skin), get_args(Hair), (False, True))
    mean = np.mean([_points(Look(*look), seed) for seed, look in enumerate(looks)], 0)
    # A point's partner is the one that lies nearest to its mirror image.
    away = np.linalg.norm((mean * MIRROR)[:, None] - mean[None], axis=2)
    even = (mean + mean[away.argmin(1)] * MIRROR) / 2
    return np.asarray(even - even.mean(0), np.float64)


def _points(look: Look, seed: int) -> NDArray[np.float64]:
    picture = render((Person(look),), rng=np.random.default_rng(seed))
    mesh = Tracker().look(picture).mesh
    assert mesh is not None, "every head is found"
    points = mesh.points.astype(np.float64)
    points -= points.mean(0)
    return np.asarray(points / np.sqrt((points**2).sum(1).mean()), np.float64)


def main() -> None:
    """Writes the file."""
    np.savetxt(CANONICAL, canonical_face(), delimiter=",", fmt="%.4f")


if __name__ == "__main__":
    main()
