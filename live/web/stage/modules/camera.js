// The browser's camera, played in a <video>. Each new frame is reported with the time at which it was taken.

import { keep, recall } from "./storage.js";

const WANTED = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 } };
const CHOSEN = "fingerspell.camera"; // key of the chosen camera in localStorage

export class BrowserCamera {
  // onFrame(capturedMs, picture): see watchFrames; capturedMs is on the clock of performance.now. onEnd(): the camera
  // has stopped by itself.
  constructor(video, onFrame, onEnd) {
    Object.assign(this, { video, onFrame, onEnd });
    this.stream = null;
    this.attempt = null; // the newest start; null after a stop
  }

  get running() {
    return this.stream !== null;
  }

  // Opens the chosen camera, or else any other, instead of the one that plays. Returns whether it plays: it does not if
  // stop or start was called meanwhile. Throws what getUserMedia throws.
  async start() {
    const attempt = (this.attempt = {});
    const stream = await this.open(recall("localStorage", CHOSEN));
    if (this.attempt !== attempt) {
      end(stream);
      return false;
    }
    this.release();
    this.stream = stream;
    const [track] = stream.getVideoTracks();
    track.onended = () => this.stream === stream && this.onEnd();
    this.video.srcObject = stream;
    try {
      await this.video.play();
    } catch (error) {
      if (this.attempt !== attempt) return false;
      throw error;
    }
    watchFrames(this.video, track, () => this.stream === stream, this.onFrame);
    return true;
  }

  async open(deviceId) {
    try {
      return await ask(deviceId);
    } catch (error) {
      if (error.name === "NotReadableError" && this.running) {
        end(this.stream); // some phones open only one camera at a time
        return ask(deviceId);
      }
      const gone = error.name === "OverconstrainedError" || error.name === "NotFoundError";
      if (deviceId && gone) return ask(null); // any other camera
      throw error;
    }
  }

  stop() {
    this.attempt = null;
    this.release();
  }

  release() {
    if (this.stream) end(this.stream);
    this.stream = null;
    this.video.srcObject = null;
  }

  // The cameras of this machine. Browsers name them only once the page may use one.
  async choices() {
    const devices = await navigator.mediaDevices.enumerateDevices();
    const current = this.stream?.getVideoTracks()[0]?.getSettings().deviceId;
    return devices
      .filter((device) => device.kind === "videoinput" && device.deviceId)
      .map((device, n) => ({
        id: device.deviceId, name: device.label || `Camera ${n + 1}`, current: device.deviceId === current,
      }));
  }

  // Chooses the camera for the next start, in this browser.
  remember(deviceId) {
    keep("localStorage", CHOSEN, deviceId);
  }
}

function ask(deviceId) {
  const video = deviceId ? { ...WANTED, deviceId: { exact: deviceId } } : WANTED;
  return navigator.mediaDevices.getUserMedia({ video });
}

function end(stream) {
  for (const track of stream.getTracks()) track.stop();
}

// Calls onFrame(capturedMs, picture) for each new frame while going() is true. picture: the video itself, or a
// VideoFrame that onFrame must close. Chromium hands over frames as they come, other browsers once they are shown, some
// 15 ms later. Browsers older than 2024 may lack requestVideoFrameCallback as well: then each animation frame looks
// whether the video has moved on.
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
