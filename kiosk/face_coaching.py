"""The words before the camera: what is seen now and the one thing to do, and how the camera is."""

from hardware.errors import Reason
from hardware.verdicts import DeviceState, FaceHint, Rehearsal
from kiosk.advice import WITHOUT_DEVICE
from kiosk.coaching import Coaching
from kiosk.language import mark

ADVICE = (
    mark("Light from the front, not from behind you."),
    mark("Glasses and cap off, if you can."),
    mark("Brush hair away from your face."),
    mark("Open your eyes and look at the camera."),
    mark("Hold still for a few seconds."),
)
"""What helps everybody, also where nobody is coached. Of eyes no more than this is ever said."""


COACHING = {
    FaceHint.NO_FACE: Coaching(
        mark("The camera sees no face yet."),
        mark("Stand or sit in front of it, so that your face is in the oval."),
    ),
    FaceHint.SEVERAL: Coaching(
        mark("There is somebody else in the picture. So it is blurred."),
        mark("Ask them to step aside for a moment."),
    ),
    FaceHint.TOO_FAR: Coaching(
        mark("Your face is too far away."),
        mark("Move nearer, until your face fills the oval."),
    ),
    FaceHint.TOO_NEAR: Coaching(
        mark("Your face is too close."),
        mark("Move back a little, until your whole face is in the oval."),
    ),
    FaceHint.MOVE_LEFT: Coaching(
        mark("Your face is too far to the right."),
        mark("Move a little to the left."),
    ),
    FaceHint.MOVE_RIGHT: Coaching(
        mark("Your face is too far to the left."),
        mark("Move a little to the right."),
    ),
    FaceHint.MOVE_UP: Coaching(
        mark("Your face is too low."),
        mark("Move up a little. Or move back, if that is easier."),
    ),
    FaceHint.MOVE_DOWN: Coaching(
        mark("Your face is too high."),
        mark("Move down a little. Or move back, if that is easier."),
    ),
    FaceHint.TURN_LEFT: Coaching(
        mark("Your face is turned to the right."),
        mark("Turn it a little to the left and look into the camera."),
    ),
    FaceHint.TURN_RIGHT: Coaching(
        mark("Your face is turned to the left."),
        mark("Turn it a little to the right and look into the camera."),
    ),
    FaceHint.LOOK_UP: Coaching(
        mark("Your face is turned down."),
        mark("Lift your chin a little and look into the camera."),
    ),
    FaceHint.LOOK_DOWN: Coaching(
        mark("Your face is turned up."),
        mark("Lower your chin a little and look into the camera."),
    ),
    FaceHint.UPRIGHT: Coaching(
        mark("Your head leans to one side."),
        mark("Hold it upright, if you can."),
    ),
    FaceHint.TOO_DARK: Coaching(
        mark("The picture is too dark."),
        mark("Turn your face to a lamp or a window, so that more light falls on it."),
    ),
    FaceHint.MORE_LIGHT: Coaching(
        mark("Your face is darker than what is around it."),
        mark("Turn it to a lamp or a window, if you can."),
    ),
    FaceHint.TOO_BRIGHT: Coaching(
        mark("The light is too strong."),
        mark("Move a little away from the lamp, or out of the sun."),
    ),
    FaceHint.BACKLIGHT: Coaching(
        mark("The light is behind you."),
        mark("Move until no window or lamp is behind you. With the phone, face the light."),
    ),
    FaceHint.UNEVEN: Coaching(
        mark("The light comes from one side."),
        mark("Move or turn, until both sides of your face are lit alike."),
    ),
    FaceHint.COVERED: Coaching(
        mark("Something covers your mouth or nose."),
        mark("The app has to see them. You cannot uncover them? Then ask at the desk."),
    ),
    FaceHint.GLARE: Coaching(
        mark("Light is mirrored in your glasses."),
        mark("Take them off if you can see without them, or lower your chin a little."),
    ),
    FaceHint.HEADWEAR: Coaching(
        mark("There is something on your head."),
        mark("Take off a hat or cap. For faith or health it may stay on."),
    ),
    FaceHint.BLURRED: Coaching(
        mark("The picture is not sharp."),
        mark("Hold still for a moment. If that does not help, the lens may need a wipe."),
    ),
    FaceHint.HOLD_STILL: Coaching(
        mark("Hold still now."),
        mark("Look into the camera. It takes only a moment."),
    ),
    FaceHint.READY: Coaching(
        mark("Good. Like this it should work on the phone."),
        mark("Remember this place and this light. Go on with key 1."),
    ),
}
"""What is said for each hint: it names the picture and the light, never a fault of the person."""

NO_COACHING = Coaching(
    mark("You can see yourself, but this kiosk cannot give hints."),
    "",
)
"""The camera works without the networks that see faces."""

_TRYING = mark("The kiosk tries again every second. The guide goes on without the camera.")
_WITHOUT = mark("The guide goes on without it.")

_STATES = {
    DeviceState.NOT_CONFIGURED: Coaching(mark("This kiosk has no camera."), _WITHOUT),
    DeviceState.OPENING: Coaching(mark("One moment: the camera is getting ready."), ""),
    DeviceState.STALLED: Coaching(mark("The camera sends no picture just now."), _TRYING),
    DeviceState.OUT_OF_ORDER: Coaching(WITHOUT_DEVICE[Rehearsal.FACE], ""),
}
_REASONS = {
    Reason.ABSENT: Coaching(mark("The camera is not plugged in."), _TRYING),
    Reason.LOST: Coaching(mark("The camera was unplugged."), _TRYING),
    Reason.TIMEOUT: _STATES[DeviceState.STALLED],
    Reason.BUSY: Coaching(mark("Another program is using the camera."), _TRYING),
    Reason.DENIED: Coaching(mark("This kiosk may not use its camera."), _TRYING),
    Reason.MALFORMED: Coaching(mark("The camera sends pictures that cannot be read."), _TRYING),
    Reason.FROZEN: Coaching(mark("The camera's picture stands still."), _TRYING),
    Reason.BLACK: Coaching(
        mark("The camera's picture is black. Is something on the lens?"), _TRYING
    ),
}


def on_camera(state: DeviceState, reason: Reason | None) -> Coaching | None:
    """What is said of the camera, and what comes of it; None when all is as it should be."""
    if state is DeviceState.READY:
        return NO_COACHING if reason is Reason.MODELS_MISSING else None
    if state in (DeviceState.STALLED, DeviceState.OUT_OF_ORDER) and reason in _REASONS:
        return _REASONS[reason]
    return _STATES[state]
