// The browser's own camera, played in a <video>. Each new frame is reported with the time at which it was taken.

const WANTED = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 } };
const CHOSEN = "fingerspell.camera"; // of this browser

export class BrowserCamera {
  // onFrame(capturedMs) on the clock of performance.now; onEnd() where the camera itself ends.
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
    this.watch(stream);
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

  watch(stream) {
    watchFrames(this.video, () => this.stream === stream, this.onFrame);
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

// Calls onFrame for each new frame while going() holds. Browsers older than 2024 may lack requestVideoFrameCallback.
export function watchFrames(video, going, onFrame) {
  if (video.requestVideoFrameCallback) {
    const next = (now, frame) => {
      if (!going()) return;
      onFrame(frame.captureTime ?? now);
      video.requestVideoFrameCallback(next);
    };
    video.requestVideoFrameCallback(next);
    return;
  }
  let shown = -1;
  const look = (now) => {
    if (!going()) return;
    if (video.currentTime !== shown) {
      shown = video.currentTime;
      onFrame(now);
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
