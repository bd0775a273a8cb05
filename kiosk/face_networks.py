"""`kiosk face --licences`: the two networks that see faces, and under which licence they stand."""

from hardware import face_setup
from hardware.face import models

WHAT = {
    models.DETECTOR: "finds faces in a picture (BlazeFace, short range)",
    models.MESH: "finds 468 points of one face (face mesh)",
}


def as_text() -> str:
    """Which they are, where from, whether they are installed, and the text of their licence."""
    lines = []
    for name, what in WHAT.items():
        lines += [
            f"{name}: {what}",
            f"  SHA-256    {models.SHA256[name]}",
            f"  installed  {'yes' if models.whole(name) else 'no; see kiosk face install'}",
        ]
    lines += [
        "",
        f"By the MediaPipe authors (Google), in {face_setup.PACKAGE} {face_setup.VERSION} on PyPI:",
        f"{face_setup.WHEEL},",
        f"SHA-256 {face_setup.WHEEL_SHA256}.",
        f"Unchanged, under {face_setup.LICENCE}. They recognise nobody.",
        "",
    ]
    if models.whole(models.LICENCE):
        text = (models.FOLDER / models.LICENCE).read_text(encoding="utf-8")
        lines.append(text.strip("\n"))
    else:
        lines.append("The text of the licence is not installed; see kiosk face install.")
    return "\n".join(lines)
