// Sends the newest frame of the camera as soon as the pace allows it. Older frames are dropped.

import { Encoder } from "./encoder.js";
import { Pace } from "./pace.js";

export class Sender {
  // socket: a CameraSocket.
  constructor(socket) {
    this.socket = socket;
    this.pace = new Pace();
    this.encoder = new Encoder();
    this.newest = null; // {capturedMs, picture}, until it is sent
    this.encoding = false;
    this.stopped = true;
  }

  // For a new connection or a new camera.
  reset() {
    this.pace.reset(this.socket.roundTripMs);
  }

  offer(capturedMs, picture) {
    this.drop();
    this.stopped = false;
    this.newest = { capturedMs, picture };
    this.send();
  }

  // Sends nothing until another frame is offered, because a frame after "stop" would take the place again.
  stop() {
    this.stopped = true;
    this.reset(); // the app may leave the frames in flight unanswered
    this.drop();
  }

  drop() {
    this.newest?.picture.close?.();
    this.newest = null;
  }

  answered(nowMs, serverMs) {
    this.pace.answered(nowMs, serverMs);
  }

  async send() {
    if (this.newest === null || this.encoding || !this.socket.open || !this.pace.ready(performance.now())) return;
    const { capturedMs, picture } = this.newest;
    this.newest = null;
    this.encoding = true;
    try {
      const encoded = this.encoder.encodeFrame(picture, capturedMs, this.pace.encoding);
      picture.close?.(); // it is drawn already
      const message = await encoded;
      if (message && !this.stopped && this.socket.send(message)) this.pace.sent(performance.now());
    } finally {
      this.encoding = false;
    }
  }
}
