// The live stage: camera and socket in, picture, letter and text out. Streamlit runs nothing meanwhile.

import { Aside } from "./aside.js";
import { Board } from "./board.js";
import { BrowserCamera } from "./camera.js";
import { cameraFault, LOST, missingCamera, STALLED } from "./faults.js";
import { Overlay } from "./overlay.js";
import { Seen } from "./seen.js";
import { Sender } from "./sender.js";
import { CameraSocket } from "./socket.js";
import { showMarked } from "./text.js";

const STALL_MS = 2000; // without a frame, in a page that is visible
const RESTARTS = 4, RESTART_MS = 2000; // of a camera that has stopped
const WAIT_MS = 2000; // for a place, until asking again
const TELL_MS = 1000; // until something is told to the page again
const CREDITS = 2; // frames of the app's camera that are asked for ahead

export class Stage {
  constructor(root) {
    this.root = root;
    const find = (this.find = (selector) => root.querySelector(selector));
    this.video = find("video");
    this.picture = find(".picture");
    this.overlay = new Overlay(find(".drawn"));
    this.aside = new Aside(find(".aside"));
    this.seen = new Seen(find(".seen"), (on) => this.socket.send({ do: "look", on }));
    this.socket = new CameraSocket({
      onOpen: () => this.connected(),
      onMessage: (message, jpeg) => this.take(message, jpeg),
      onClose: (reason) => this.disconnected(reason),
      onUnknown: () => this.tell("unknown"), // so that the page makes a new session
    });
    this.sender = new Sender(this.socket);
    this.board = new Board(root, (command) => this.socket.command(command));
    this.camera = new BrowserCamera(this.video, (ms, picture) => this.frame(ms, picture), () => this.stalled());
    this.wanted = false; // the person wants to be read
    this.starting = false;
    this.told = {};
    this.trouble = null; // {kind, text} of the status line
    this.advice = null;
    find(".start").onclick = () => this.start();
    find(".start").disabled = false; // until now nobody would have heard it
    find(".stop").onclick = () => this.stop();
    find("select").onchange = (event) => this.choose(event.target.value);
    this.timer = setInterval(() => this.look(), 250);
  }

  // The page has run: its data may be new.
  update(data, component) {
    const first = !this.data;
    Object.assign(this, { data, component });
    this.root.classList.toggle("alone", !data.spells);
    this.picture.classList.toggle("mirrored", data.mirror);
    if (JSON.stringify(data.aside) !== this.given) {
      this.given = JSON.stringify(data.aside);
      if (data.aside) this.aside.show(data.aside);
      else this.aside.hide();
    }
    const url = new URL(data.socket, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    this.socket.connect(url, data.version, data.token, () => this.board.kept);
    if (first) this.begin();
    this.show();
  }

  async begin() {
    const own = this.data.appCamera;
    this.find(".choice").hidden = own !== null;
    this.find(".received").hidden = own === null;
    this.video.hidden = own !== null;
    this.find(".source").hidden = own === null;
    if (own !== null) {
      this.find(".source").textContent = `The app's own camera: ${own}`;
      this.find(".hint").textContent = "The app's own camera appears here";
      return this.start();
    }
    const missing = missingCamera(window.isSecureContext, navigator.mediaDevices);
    if (missing) return this.fail(missing);
    if (await allowed()) this.start();
    else this.listCameras();
  }

  close() {
    this.wanted = false; // should the camera be allowed only now
    clearInterval(this.timer);
    clearTimeout(this.asking);
    this.camera.stop();
    this.socket.close();
    this.board.close();
  }

  start() {
    this.wanted = true;
    this.trouble = { kind: "info", text: "Connecting to your camera …" };
    this.restarts = 0;
    this.socket.send({ do: "start" }); // else when it is connected
    this.show();
  }

  stop() {
    this.wanted = false;
    this.trouble = null;
    this.socket.send({ do: "stop" });
    this.end();
  }

  choose(deviceId) {
    if (this.running) this.openCamera(() => this.camera.choose(deviceId));
  }

  end() {
    this.starting = false;
    this.sender.stop();
    this.camera.stop();
    this.setRunning(false);
    this.advice = null;
    this.overlay.clear();
    this.board.showNothing();
    this.seen.clear();
    this.show();
  }

  fail(error) {
    this.wanted = false;
    this.socket.send({ do: "stop" });
    this.trouble = { kind: "error", text: cameraFault(error) };
    this.end();
  }

  connected() {
    this.sender.reset();
    if (this.seen.open) this.socket.send({ do: "look", on: true });
    if (this.wanted) this.socket.send({ do: "start" });
    if (this.away) this.trouble = null;
    this.away = false;
    this.show();
  }

  disconnected(reason) {
    this.away = true;
    this.sender.stop();
    this.board.showNothing();
    this.overlay.clear();
    this.trouble = reason
      ? { kind: "error", text: `**The app has ended the connection:** ${reason}. Reload the page.` }
      : { kind: "info", text: "**The app is away.** Your text is kept, and this page connects again by itself …" };
    this.show();
  }

  take(message, jpeg) {
    const nowMs = performance.now();
    if (message.kind === "place") return this.placed();
    if (message.kind === "full") return this.wait(message.places);
    if (message.kind === "fault") return this.appCameraFault(message.text);
    const settled = this.socket.pending.length === 0;
    if (message.kind === "reading") this.reading(message, jpeg, nowMs);
    this.board.showText(message, settled);
    if (!this.data.spells && message.text && this.data.tellsSigned) this.tell("signed");
  }

  reading(message, jpeg, nowMs) {
    if (jpeg) this.received(jpeg);
    else this.sender.answered(nowMs, message.server_ms);
    if (!this.wanted) return;
    this.board.showLetter(message);
    const shown = this.data.appCamera === null ? this.video : this.find(".received");
    this.overlay.show(message, shown.videoWidth || shown.width, shown.videoHeight || shown.height);
    if (message.aside) this.aside.show(message.aside);
    if (message.aside?.done) this.tell("done");
    if (this.seen.open) this.seen.show(message.seen, nowMs);
    else this.seen.timesMs = [];
    if (message.advice?.text !== this.advice?.text) {
      this.advice = message.advice;
      this.show();
    }
    this.sender.send();
  }

  // A place is there, so the camera may start. The app's own camera only has to be asked for pictures.
  placed() {
    if (!this.wanted) return;
    this.trouble = null;
    if (this.data.appCamera !== null) {
      for (let n = 0; n < CREDITS; n++) this.socket.send({ do: "next" });
      this.setRunning(true);
    } else if (!this.camera.running) {
      this.sender.reset(); // what was under way at the end is not answered
      this.openCamera(() => this.camera.start());
    } // else the socket has connected again under a running camera
    this.show();
  }

  // open: starts the camera, or raises what the browser says.
  async openCamera(open) {
    if (this.starting) return;
    this.starting = true;
    try {
      await open();
      if (!this.wanted) return this.end(); // stopped meanwhile
      this.lastFrameMs = performance.now();
      this.setRunning(true);
      this.listCameras();
    } catch (error) {
      this.fail(error);
    } finally {
      this.starting = false;
    }
    this.show();
  }

  wait(places) {
    if (!this.wanted) return;
    this.end();
    const each = places === 1 ? "one camera" : `${places} cameras`;
    this.trouble = {
      kind: "info",
      text:
        `**All places are taken.** This app reads ${each} at a time, so that each is read quickly. This page asks again ` +
        "by itself and starts as soon as a place is free; the other pages work meanwhile.",
    };
    clearTimeout(this.asking);
    this.asking = setTimeout(() => this.wanted && this.socket.send({ do: "start" }), WAIT_MS);
    this.show();
  }

  appCameraFault(text) {
    this.trouble = { kind: "error", text: `**The app's own camera gives no picture.** ${text}. It is tried again …` };
    this.board.showNothing();
    this.overlay.clear();
    this.show();
  }

  frame(capturedMs, picture) {
    this.lastFrameMs = performance.now();
    if (document.hidden) return void picture.close?.(); // nobody looks, so the place goes to others
    if (this.restarts) {
      this.restarts = 0;
      this.trouble = null;
      this.show();
    }
    this.sender.offer(capturedMs, picture);
  }

  // A frame of the app's own camera.
  async received(jpeg) {
    this.socket.send({ do: "next" });
    const bitmap = await createImageBitmap(jpeg);
    const canvas = this.find(".received");
    if (canvas.width !== bitmap.width || canvas.height !== bitmap.height) {
      Object.assign(canvas, { width: bitmap.width, height: bitmap.height });
    }
    canvas.getContext("2d", { alpha: false }).drawImage(bitmap, 0, 0);
    bitmap.close();
    if (this.trouble) {
      this.trouble = null;
      this.show();
    }
  }

  // Several times a second: does the camera still give pictures?
  look() {
    const playing = this.camera.running && this.wanted && !this.starting;
    if (document.hidden) this.lastFrameMs = performance.now(); // some browsers give no frames there
    if (playing && performance.now() - this.lastFrameMs > STALL_MS) this.stalled();
    this.sender.send();
  }

  async stalled() {
    if (!this.wanted || this.starting) return;
    if (this.restarts >= RESTARTS) {
      this.wanted = false;
      this.socket.send({ do: "stop" });
      this.trouble = { kind: "error", text: LOST };
      return this.end();
    }
    this.restarts++;
    this.trouble = { kind: "error", text: STALLED };
    this.board.showNothing();
    this.overlay.clear();
    this.show();
    this.starting = true;
    try {
      await this.camera.start();
    } catch {} // it is tried again
    this.lastFrameMs = performance.now() - STALL_MS + RESTART_MS;
    this.starting = false;
    if (!this.wanted) this.end(); // stopped meanwhile
  }

  async listCameras() {
    const choices = await this.camera.choices();
    const select = this.find("select");
    select.replaceChildren(
      ...choices.map(({ id, name, current }) => new Option(name, id, current, current)),
      ...(choices.length ? [] : [new Option("Named once the camera is allowed", "")]),
    );
    select.disabled = choices.length < 2;
  }

  setRunning(running) {
    this.picture.classList.toggle("running", running);
    this.find(".stop").disabled = !running;
    if (this.data.tellsRunning && this.running !== running) this.component.setStateValue("running", running);
    this.running = running;
  }

  // Have the page run; the same thing again only after a while, in case it was lost.
  tell(what) {
    const nowMs = performance.now();
    if (nowMs - (this.told[what] ?? -TELL_MS) < TELL_MS) return;
    this.told[what] = nowMs;
    this.component.setTriggerValue(what, Date.now());
  }

  // The status line: what is wrong, else advice, else what to do.
  show() {
    const line = this.find(".status");
    const { kind, text } =
      this.trouble ??
      (this.running && this.advice ? { kind: "warning", text: this.advice.text } : null) ??
      { kind: "", text: this.running ? this.data.running : this.data.idle };
    line.dataset.kind = kind;
    showMarked(line, text);
  }
}

// Whether the browser has already allowed the camera. Not every browser tells.
async function allowed() {
  try {
    return (await navigator.permissions.query({ name: "camera" })).state === "granted";
  } catch {
    return false;
  }
}
