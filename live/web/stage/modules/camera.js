// The browser's camera, played in a <video>. Each new frame is reported with its time of capture.

import { keep, recall } from "./storage.js";

const CONSTRAINTS = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 } };
const CAMERA_KEY = "fingerspell.camera"; // of the chosen camera in localStorage

export class BrowserCamera {
  // onFrame(capturedMs, picture): see watchFrames; capturedMs is on the clock of performance.now. onEnd(): called
  // when the camera has stopped by itself.
  constructor(video, onFrame, onEnd) {
    Object.assign(this, { video, onFrame, onEnd });
    this.stream = null;
    this.unwatch = () => {}; // ends the reports of its frames
    this.attempt = null; // identifies the newest start(); null after stop()
  }

  get running() {
    return this.stream !== null;
  }

  // Opens the chosen camera, or any other if it is missing, in place of the current one. Returns whether it plays: it
  // does not if stop or start was called in the meantime. Throws getUserMedia's errors. fromVideo: whether frames are taken
  // from the video, not from the track.
  async start(fromVideo = false) {
    const attempt = (this.attempt = {});
    const stream = await this.open(recall("localStorage", CAMERA_KEY));
    if (this.attempt !== attempt) {
      stopTracks(stream);
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
      if (this.attempt === attempt) throw error;
    }
    if (this.attempt !== attempt) return false;
    this.unwatch = watchFrames(this.video, fromVideo ? null : track, this.onFrame);
    return true;
  }

  // Starts a camera again that sends no frames. It is closed first, because a browser that has it open already would only
  // share it. fromVideo: in case only the frames of the track are missing.
  restart(fromVideo) {
    this.release();
    return this.start(fromVideo);
  }

  async open(deviceId) {
    try {
      return await requestCamera(deviceId);
    } catch (error) {
      if (error.name === "NotReadableError" && this.running) {
        stopTracks(this.stream); // some phones open only one camera at a time
        return requestCamera(deviceId);
      }
      const missing = error.name === "OverconstrainedError" || error.name === "NotFoundError";
      if (deviceId && missing) return requestCamera(null); // any other camera
      throw error;
    }
  }

  stop() {
    this.attempt = null;
    this.release();
  }

  release() {
    this.unwatch();
    this.unwatch = () => {};
    if (this.stream) stopTracks(this.stream);
    this.stream = null;
    this.video.srcObject = null;
  }

  // The cameras of this machine; current: the one that plays, or else the one that will. Browsers name them only once
  // the page may use one.
  async choices() {
    const devices = await navigator.mediaDevices.enumerateDevices();
    const current = this.stream?.getVideoTracks()[0]?.getSettings().deviceId ?? recall("localStorage", CAMERA_KEY);
    return devices
      .filter((device) => device.kind === "videoinput" && device.deviceId)
      .map((device, n) => ({
        id: device.deviceId, name: device.label || `Camera ${n + 1}`, current: device.deviceId === current,
      }));
  }

  // Makes this browser use the camera from the next start on.
  remember(deviceId) {
    keep("localStorage", CAMERA_KEY, deviceId);
  }
}

function requestCamera(deviceId) {
  const video = deviceId ? { ...CONSTRAINTS, deviceId: { exact: deviceId } } : CONSTRAINTS;
  return navigator.mediaDevices.getUserMedia({ video });
}

function stopTracks(stream) {
  for (const track of stream.getTracks()) track.stop();
}

// Calls onFrame(capturedMs, picture) for each new frame, until the returned function is called. picture: the video itself,
// or a VideoFrame that onFrame must close. track: the video's; null to read the video instead. Chromium delivers the
// frames of a track as they arrive, other browsers only when they are shown, about 15 ms later. Browsers older than 2024
// may also lack requestVideoFrameCallback. There, each animation frame checks whether the video has moved on.
export function watchFrames(video, track, onFrame) {
  if (globalThis.MediaStreamTrackProcessor && track) return readTrack(track, onFrame);
  return video.requestVideoFrameCallback ? watchVideo(video, onFrame) : pollVideo(video, onFrame);
}

function readTrack(track, onFrame) {
  const reader = new MediaStreamTrackProcessor({ track, maxBufferSize: 1 }).readable.getReader();
  let wanted = true;
  const read = async () => {
    for (;;) {
      const { value: frame, done } = await reader.read();
      if (done) return;
      if (wanted) onFrame(performance.now(), frame);
      else frame.close();
    }
  };
  read();
  return () => {
    wanted = false;
    reader.cancel(); // closes the frame that waits to be read
  };
}

function watchVideo(video, onFrame) {
  const next = (now, frame) => {
    handle = video.requestVideoFrameCallback(next);
    onFrame(frame.captureTime ?? now, video);
  };
  let handle = video.requestVideoFrameCallback(next);
  return () => video.cancelVideoFrameCallback(handle);
}

function pollVideo(video, onFrame) {
  let shown = -1;
  const poll = (now) => {
    handle = requestAnimationFrame(poll);
    if (video.currentTime === shown) return;
    shown = video.currentTime;
    onFrame(now, video);
  };
  let handle = requestAnimationFrame(poll);
  return () => cancelAnimationFrame(handle);
}
