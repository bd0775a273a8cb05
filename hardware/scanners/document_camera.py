"""A camera to which a document is shown, or under which it is laid."""

from typing import ClassVar

from hardware.cameras.opencv_camera import OpenCVCamera
from hardware.verdicts import Role, ScannerKind


class DocumentCamera(OpenCVCamera):
    """A camera as a scanner; its addresses are those of `OpenCVCamera`.

    It asks for more pixels than the camera for the face: a passport's line has 44 letters, and each
    wants 10 pixels or more.
    """

    role: ClassVar[Role] = Role.SCANNER
    kind: ClassVar[ScannerKind] = ScannerKind.CAMERA
    size: ClassVar[tuple[int, int]] = (1280, 720)
