"""The portrait in data group 2: the invented person before the camera, as a small JPEG."""

from functools import cache

from hardware.emrtd.tlv import wrap

WIDTH, HEIGHT = 413, 531
"""35 by 45 mm at 300 points per inch."""
_QUALITY = 88


@cache
def group_2() -> bytes:
    """DG2 with one picture (Doc 9303 part 10 section 4.7.2, ISO/IEC 19794-5:2005)."""
    header = b"".join(
        (
            wrap(0x80, b"\x01\x01"),
            wrap(0x81, b"\x02"),  # features of the face
            wrap(0x82, b"\x00"),
            wrap(0x87, b"\x01\x01"),
            wrap(0x88, b"\x00\x08"),
        )
    )
    template = wrap(0xA1, header) + wrap(0x5F2E, _facial_record(_jpeg()))
    group = wrap(0x02, b"\x01") + wrap(0x7F60, template)
    return wrap(0x75, wrap(0x7F61, group))


def _facial_record(picture: bytes) -> bytes:
    size = WIDTH.to_bytes(2) + HEIGHT.to_bytes(2)
    image = b"\x01\x00" + size + b"\x01\x00" + bytes(4)  # full frontal, JPEG, 24-bit RGB
    face = bytes(16) + image + picture  # no feature points, nothing told of the person
    block = (len(face) + 4).to_bytes(4) + face
    return b"FAC\x00010\x00" + (len(block) + 14).to_bytes(4) + b"\x00\x01" + block


@cache
def _jpeg() -> bytes:
    from hardware.opencv import cv2
    from hardware.simulated import head

    # Smaller than before the kiosk's camera, so that the whole head is on it.
    picture = head.render([head.Person(stand=head.Stand(y=0.56, height=0.4))], head.Light(wall=0.7))
    width = round(head.HEIGHT * WIDTH / HEIGHT)
    left = (head.WIDTH - width) // 2
    part = picture[:, left : left + width]
    cut = cv2.resize(part, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    written, data = cv2.imencode(".jpg", cut, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    assert written
    return bytes(data.tobytes())
