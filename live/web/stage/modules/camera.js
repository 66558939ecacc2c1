// The browser's own camera, played in a <video>. Each new frame is reported with the time at which it was taken.

const WANTED = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 } };
const CHOSEN = "fingerspell.camera"; // of this browser

export class BrowserCamera {
  // onFrame(capturedMs, picture) as of watchFrames, on the clock of performance.now; onEnd() where the camera ends.
  constructor(video, onFrame, onEnd) {
    Object.assign(this, { video, onFrame, onEnd });
    this.stream = null;
  }

  get running() {
    return this.stream !== null;
  }

  // Raises what getUserMedia raises. Starting again replaces what plays.
  async start() {
    const stream = await this.open(localStorage.getItem(CHOSEN));
    this.stop();
    this.stream = stream;
    stream.getVideoTracks()[0].onended = () => this.stream === stream && this.onEnd();
    this.video.srcObject = stream;
    await this.video.play();
    watchFrames(this.video, stream.getVideoTracks()[0], () => this.stream === stream, this.onFrame);
  }

  async open(deviceId) {
    if (deviceId) {
      try {
        return await navigator.mediaDevices.getUserMedia({ video: { ...WANTED, deviceId: { exact: deviceId } } });
      } catch (error) {
        if (error.name !== "OverconstrainedError" && error.name !== "NotFoundError") throw error;
      } // the chosen camera is not there: take any
    }
    return navigator.mediaDevices.getUserMedia({ video: WANTED });
  }

  stop() {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.video.srcObject = null;
  }

  // Browsers name cameras only once one is allowed.
  async choices() {
    const devices = await navigator.mediaDevices.enumerateDevices();
    const current = this.stream?.getVideoTracks()[0]?.getSettings().deviceId;
    return devices
      .filter((device) => device.kind === "videoinput" && device.deviceId)
      .map((device, n) => ({
        id: device.deviceId, name: device.label || `Camera ${n + 1}`, current: device.deviceId === current,
      }));
  }

  choose(deviceId) {
    localStorage.setItem(CHOSEN, deviceId);
    return this.start();
  }
}

// Calls onFrame(capturedMs, picture) for each new frame while going() holds: the video itself, or a VideoFrame that
// onFrame has to close. Chromium hands frames over as they come; others when they are shown, some 15 ms later. Browsers
// older than 2024 may lack requestVideoFrameCallback, too.
export function watchFrames(video, track, going, onFrame) {
  if (globalThis.MediaStreamTrackProcessor && track) readTrack(track, going, onFrame);
  else if (video.requestVideoFrameCallback) watchShown(video, going, onFrame);
  else watchClock(video, going, onFrame);
}

async function readTrack(track, going, onFrame) {
  const reader = new MediaStreamTrackProcessor({ track, maxBufferSize: 1 }).readable.getReader();
  while (going()) {
    const { value: frame, done } = await reader.read();
    if (done) break;
    if (going()) onFrame(performance.now(), frame);
    else frame.close();
  }
  reader.cancel();
}

function watchShown(video, going, onFrame) {
  const next = (now, frame) => {
    if (!going()) return;
    onFrame(frame.captureTime ?? now, video);
    video.requestVideoFrameCallback(next);
  };
  video.requestVideoFrameCallback(next);
}

function watchClock(video, going, onFrame) {
  let shown = -1;
  const look = (now) => {
    if (!going()) return;
    if (video.currentTime !== shown) {
      shown = video.currentTime;
      onFrame(now, video);
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
