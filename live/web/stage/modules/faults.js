// Messages for camera errors: what is wrong and what to do. **This** is shown bold.

const FAULTS = {
  insecure:
    "**This address may not use a camera.** Browsers give it only to pages on https or on localhost: open " +
    "http://localhost with the same port on the machine that runs this app, or put the app behind https.",
  unsupported:
    "**This browser offers no camera.** Take a current Chrome, Edge, Firefox or Safari, not one inside another app.",
  NotAllowedError:
    "**The browser may not use the camera.** Click the camera or lock beside the address, allow the camera, and press " +
    "START again. If it is allowed there, look at the system's own privacy settings.",
  NotFoundError: "**No camera was found.** Plug one in, or switch it on, and press START again.",
  NotReadableError:
    "**Another program has the camera.** Close it (a video call, for one), and press START again. If there is none, " +
    "unplug the camera and plug it in again.",
  OverconstrainedError: "**The chosen camera is not there any more.** Choose another, and press START again.",
  AbortError: "**The camera did not start.** Unplug it and plug it in again, then press START.",
};
// Names that older browsers gave to the same.
const ALIASES = {
  PermissionDeniedError: "NotAllowedError",
  PermissionDismissedError: "NotAllowedError",
  SecurityError: "NotAllowedError",
  DevicesNotFoundError: "NotFoundError",
  TrackStartError: "NotReadableError",
  ConstraintNotSatisfiedError: "OverconstrainedError",
};

export const STALLED = "**Your camera has stopped sending pictures.** Starting it again …";
export const LOST = "**The camera is still not working.** Check that it is plugged in, then press START.";

// error: what getUserMedia threw, or an object whose name is "insecure" or "unsupported".
export function cameraFault(error) {
  const name = error.name ?? "";
  return FAULTS[ALIASES[name] ?? name] ?? `**The camera did not start.** The browser says: ${name}: ${error.message ?? ""}`;
}

// Why this page cannot have a camera at all; null where it can.
export function missingCamera(isSecure, mediaDevices) {
  if (!isSecure) return { name: "insecure" };
  return mediaDevices?.getUserMedia ? null : { name: "unsupported" };
}
