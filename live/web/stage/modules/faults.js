// Messages for camera errors: what is wrong and what to do. **This** is bold.

const FAULTS = {
  insecure:
    "**Your browser allows no camera at this address.** Browsers allow cameras only on https and on localhost. Open " +
    "http://localhost with the same port on the machine that runs this app, or serve the app over https.",
  unsupported:
    "**This browser cannot use a camera.** Use a current Chrome, Edge, Firefox or Safari, not one inside another app.",
  NotAllowedError:
    "**Your browser is not allowed to use the camera.** Click the camera or lock icon beside the address, " +
    "allow the camera, and press START again. If it is already allowed there, check your system's privacy settings.",
  NotFoundError: "**No camera was found.** Plug one in or switch it on, then press START again.",
  NotReadableError:
    "**Another program is using the camera.** Close it (perhaps a video call), then press START again. If there is " +
    "no such program, unplug the camera and plug it in again.",
  OverconstrainedError: "**The chosen camera is no longer connected.** Choose another, then press START again.",
  AbortError: "**The camera did not start.** Unplug it and plug it in again, then press START.",
};
// The same errors under the names that older browsers give them.
const ALIASES = {
  PermissionDeniedError: "NotAllowedError",
  PermissionDismissedError: "NotAllowedError",
  SecurityError: "NotAllowedError",
  DevicesNotFoundError: "NotFoundError",
  TrackStartError: "NotReadableError",
  ConstraintNotSatisfiedError: "OverconstrainedError",
};

export const STALLED = "**Your camera has stopped sending pictures.** Restarting it …";
export const LOST = "**The camera is still not working.** Check that it is plugged in, then press START.";

// Returns a message. error: what getUserMedia threw, or what missingCamera returned.
export function cameraFault(error) {
  const name = error.name ?? "";
  const known = FAULTS[ALIASES[name] ?? name];
  return known ?? `**The camera did not start.** The browser says: ${name}: ${error.message ?? ""}`;
}

// Returns why this page cannot use any camera; null if it can.
export function missingCamera(isSecure, mediaDevices) {
  if (!isSecure) return { name: "insecure" };
  return mediaDevices?.getUserMedia ? null : { name: "unsupported" };
}
