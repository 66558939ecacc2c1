// The live stage: camera and socket in, picture, letter and text out. Streamlit runs nothing meanwhile.

import { Aside } from "./aside.js";
import { Board } from "./board.js";
import { BrowserCamera } from "./camera.js";
import { cameraFault, LOST, missingCamera, STALLED } from "./faults.js";
import { Overlay } from "./overlay.js";
import { Seen } from "./seen.js";
import { Sender } from "./sender.js";
import { CameraSocket } from "./socket.js";
import { keep, recall } from "./storage.js";
import { showMarked } from "./text.js";

const STALL_MS = 2000; // without a frame, in a page that is visible
const RESTARTS = 4, RESTART_MS = 2000; // of a camera that has stopped
const WAIT_MS = 2000; // for a place, until asking again
const RUN_AGAIN_MS = 1000; // until the page is run again for the same reason
const CREDITS = 2; // frames of the app's camera that are asked for ahead
const STOPPED = "fingerspell.stopped"; // key in sessionStorage: in this tab the camera does not start by itself

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
      onUnknown: () => this.runPage("unknown"), // so that it makes a new session
    });
    this.sender = new Sender(this.socket);
    this.board = new Board(root, (command) => this.socket.command(command));
    this.camera = new BrowserCamera(this.video, (ms, picture) => this.frame(ms, picture), () => this.stalled());
    this.wanted = false; // the person wants to be read
    this.running = false; // the camera plays
    this.starting = false; // the camera is being opened
    this.refused = false; // the app has ended the connection for good
    this.ranMs = {}; // when the page was run, by reason
    this.trouble = null; // {kind, text} of the status line
    this.advice = null;
    this.owed = 0; // frames of the app's camera to ask for when the tab is looked at again
    find(".start").onclick = () => {
      keep("sessionStorage", STOPPED, "");
      this.start();
    };
    find(".start").disabled = false; // until now nobody would have heard it
    find(".stop").onclick = () => this.stop();
    find("select").onchange = (event) => this.choose(event.target.value);
    this.timer = setInterval(() => this.watchCamera(), 250);
    this.listening = new AbortController();
    document.addEventListener("visibilitychange", () => this.looked(), { signal: this.listening.signal });
  }

  // The page has run: its data may be new.
  update(data, component) {
    const first = !this.data;
    Object.assign(this, { data, component });
    this.root.classList.toggle("alone", !data.spells);
    this.picture.classList.toggle("mirrored", data.mirror);
    if (JSON.stringify(data.aside) !== this.shownAside) {
      this.shownAside = JSON.stringify(data.aside);
      if (data.aside) this.aside.show(data.aside);
      else this.aside.hide();
    }
    const url = new URL(data.socket, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    this.socket.connect(url, data.token, () => this.board.keptText());
    if (first) this.begin();
    this.showStatus();
  }

  async begin() {
    const own = this.data.appCamera;
    this.find(".choice").hidden = own !== null;
    this.video.hidden = own !== null;
    this.find(".source").hidden = own === null;
    if (own !== null) {
      this.find(".source").textContent = `The app's own camera: ${own}`;
      this.find(".hint").textContent = "The app's own camera appears here";
      return this.start();
    }
    const missing = missingCamera(window.isSecureContext, navigator.mediaDevices);
    if (missing) return this.fail(missing);
    this.listCameras();
    this.startsByItself = !recall("sessionStorage", STOPPED) && (await allowed());
    this.looked();
  }

  // The tab is looked at, maybe again.
  looked() {
    if (document.hidden) return;
    this.lastFrameMs = performance.now(); // some browsers give no frames to hidden tabs
    for (; this.owed > 0; this.owed--) this.socket.send({ do: "next" });
    if (this.startsByItself && !this.wanted) this.start();
    this.startsByItself = false;
  }

  close() {
    this.wanted = false; // should the camera be allowed only now
    clearInterval(this.timer);
    clearTimeout(this.asking);
    this.listening.abort();
    this.sender.stop();
    this.camera.stop();
    this.board.close();
    this.socket.close();
  }

  start() {
    if (this.refused) return;
    this.wanted = true;
    this.trouble = { kind: "info", text: "Connecting to your camera …" };
    this.restarts = 0;
    this.socket.send({ do: "start" }); // else when it is connected
    this.showStatus();
  }

  stop() {
    keep("sessionStorage", STOPPED, "yes");
    this.wanted = false;
    this.trouble = null;
    this.socket.send({ do: "stop" });
    this.end();
  }

  choose(deviceId) {
    this.camera.remember(deviceId); // for the next START, too
    if (this.running) this.openCamera();
  }

  end() {
    clearTimeout(this.asking);
    this.sender.stop();
    this.camera.stop();
    this.setRunning(false);
    this.advice = null;
    this.showNothing();
    this.seen.clear();
    this.showStatus();
  }

  // No reading: no letter, and no hand on the picture.
  showNothing() {
    this.board.showNothing();
    this.overlay.clear();
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
    if (this.unreachable) this.trouble = null;
    this.unreachable = this.refused = false;
    this.showStatus();
  }

  disconnected(reason) {
    this.unreachable = true;
    this.sender.stop();
    this.showNothing();
    if (reason) {
      this.refused = true;
      this.wanted = false;
      this.end();
    }
    this.trouble = reason
      ? { kind: "error", text: `**The app has ended the connection:** ${reason}. Reload the page.` }
      : {
          kind: "info",
          text: "**The app cannot be reached.** Your text is kept, and this page keeps trying to connect …",
        };
    this.showStatus();
  }

  take(message, jpeg) {
    const nowMs = performance.now();
    if (message.kind === "place") return this.placed();
    if (message.kind === "full") return this.wait(message.places);
    if (message.kind === "fault") return this.appCameraFault(message.text);
    const settled = this.socket.pending.length === 0;
    if (message.kind === "reading") this.reading(message, jpeg, nowMs);
    this.board.showText(message, settled);
    if (!this.data.spells && message.text && this.data.tellsSigned) this.runPage("signed");
  }

  reading(message, jpeg, nowMs) {
    if (jpeg) this.received(jpeg);
    else this.sender.answered(nowMs, message.server_ms);
    if (!this.wanted) return;
    this.board.showLetter(message);
    const shown = this.data.appCamera === null ? this.video : this.find(".received");
    this.overlay.show(message, shown.videoWidth || shown.width, shown.videoHeight || shown.height);
    if (message.aside) this.aside.show(message.aside);
    if (message.aside?.done) this.runPage("done");
    if (this.seen.open) this.seen.show(message.seen, nowMs);
    else this.seen.timesMs = [];
    if (message.advice?.text !== this.advice?.text) {
      this.advice = message.advice;
      this.showStatus();
    }
    this.sender.send();
  }

  // A place is there, so the camera may start. The app's own camera only has to be asked for pictures.
  placed() {
    if (!this.wanted) return;
    this.trouble = null;
    if (this.data.appCamera !== null) {
      this.owed = 0;
      for (let n = 0; n < CREDITS; n++) this.socket.send({ do: "next" });
      this.setRunning(true);
    } else if (!this.camera.running) {
      this.trouble = { kind: "info", text: "**Allow the camera** if the browser asks." };
      this.openCamera();
    } // else the socket has connected again under a running camera
    this.showStatus();
  }

  // Open the camera that is chosen, maybe in the place of another, and show it.
  async openCamera() {
    if (this.starting) return;
    let plays = false;
    try {
      plays = await this.startCamera();
    } catch (error) {
      if (this.wanted) this.fail(error);
    }
    if (plays) {
      this.lastFrameMs = performance.now();
      this.trouble = null;
      this.setRunning(true);
      this.showStatus();
    } else if (this.wanted) {
      this.openCamera(); // stopped, and started again, meanwhile
    }
  }

  // As the camera's own start. Meanwhile nothing else opens a camera, and no other can be chosen.
  async startCamera() {
    this.starting = true;
    this.find("select").disabled = true;
    try {
      return await this.camera.start();
    } finally {
      this.starting = false;
      this.listCameras();
    }
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
    const ask = () => {
      if (document.hidden) this.asking = setTimeout(ask, WAIT_MS);
      else if (this.wanted) this.socket.send({ do: "start" });
    };
    this.asking = setTimeout(ask, WAIT_MS);
    this.showStatus();
  }

  appCameraFault(text) {
    this.trouble = { kind: "error", text: `**The app's own camera gives no picture.** ${text}. It is tried again …` };
    this.showNothing();
    this.showStatus();
  }

  frame(capturedMs, picture) {
    this.lastFrameMs = performance.now();
    if (document.hidden) return void picture.close?.(); // nobody looks, so the place goes to others
    if (this.restarts) {
      this.restarts = 0;
      this.trouble = null;
      this.showStatus();
    }
    this.sender.offer(capturedMs, picture);
  }

  // A frame of the app's own camera.
  async received(jpeg) {
    if (document.hidden) this.owed++;
    else this.socket.send({ do: "next" });
    const bitmap = await createImageBitmap(jpeg);
    if (this.wanted && this.socket.open) {
      const canvas = this.find(".received");
      if (canvas.width !== bitmap.width || canvas.height !== bitmap.height) {
        Object.assign(canvas, { width: bitmap.width, height: bitmap.height });
      }
      canvas.getContext("2d", { alpha: false }).drawImage(bitmap, 0, 0);
      if (this.trouble) {
        this.trouble = null;
        this.showStatus();
      }
    }
    bitmap.close();
  }

  // Several times a second: does the camera still give pictures, and the app answers?
  watchCamera() {
    const nowMs = performance.now();
    const playing = this.camera.running && this.wanted && !this.starting && !document.hidden;
    if (playing && nowMs - this.lastFrameMs > STALL_MS) this.stalled();
    if (this.socket.open && this.sender.pace.lost(nowMs)) this.socket.drop();
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
    this.showNothing();
    this.showStatus();
    try {
      await this.startCamera();
    } catch {} // it is tried again
    this.lastFrameMs = performance.now() - STALL_MS + RESTART_MS;
    if (this.wanted && !this.running) this.openCamera(); // stopped, and started again, meanwhile
  }

  async listCameras() {
    const choices = await this.camera.choices();
    const select = this.find("select");
    select.replaceChildren(
      ...choices.map(({ id, name, current }) => new Option(name, id, current, current)),
      ...(choices.length ? [] : [new Option("Named once the camera is allowed", "")]),
    );
    select.disabled = choices.length < 2 || this.starting;
  }

  setRunning(running) {
    this.picture.classList.toggle("running", running);
    this.find(".received").hidden = !running || this.data.appCamera === null;
    if (!running && !this.data.aside) this.aside.hide();
    if (this.data.tellsRunning && this.running !== running) this.component.setStateValue("running", running);
    this.running = running;
  }

  // Have Streamlit run the page; for the same reason again only after a while, in case that it was lost.
  runPage(reason) {
    const nowMs = performance.now();
    if (nowMs - (this.ranMs[reason] ?? -RUN_AGAIN_MS) < RUN_AGAIN_MS) return;
    this.ranMs[reason] = nowMs;
    this.component.setTriggerValue(reason, Date.now());
  }

  // The status line: what is wrong, else advice, else what to do.
  showStatus() {
    this.find(".stop").disabled = !this.wanted;
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
