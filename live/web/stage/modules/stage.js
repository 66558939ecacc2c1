// The live stage: joins the camera, the socket and what is shown. While a camera runs, Streamlit runs nothing.

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

const STALL_MS = 2000; // a camera without a frame for this long, in a visible tab, has stopped
const RESTARTS = 4, RESTART_MS = 2000; // how often, and how long apart, a stopped camera is started again
const ASK_AGAIN_MS = 2000; // until a page that waits for a place asks again
const RUN_AGAIN_MS = 1000; // until the page may run again for the same reason
const REQUESTED_AHEAD = 2; // frames of the app's camera
const CHECK_CAMERA_MS = 250;
const STOPPED = "fingerspell.stopped"; // key in sessionStorage: the camera does not start by itself in this tab

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
      onOpen: () => this.onConnected(),
      onMessage: (message, jpeg) => this.onMessage(message, jpeg),
      onClose: (reason) => this.onDisconnected(reason),
      onUnknown: () => this.runPage("unknown"), // which creates a new session
    });
    this.sender = new Sender(this.socket);
    this.board = new Board(root, (command) => this.socket.command(command));
    this.camera = new BrowserCamera(this.video, (ms, picture) => this.onFrame(ms, picture), () => this.restartCamera());
    this.wanted = false; // START was pressed, or the page started by itself, and Stop was not pressed since
    this.running = false; // the camera plays
    this.opening = false; // the camera is being opened
    this.refused = false; // the app has ended the connection for good
    this.lastRunMs = {}; // when the page last ran, by reason
    this.problem = null; // {kind, text} for the status line; null where there is none
    this.advice = null; // of the newest reading
    this.postponed = 0; // requests for frames of the app's camera, made once the tab is visible again
    find(".start").onclick = () => {
      keep("sessionStorage", STOPPED, "");
      this.start();
    };
    find(".start").disabled = false; // before this script ran, a click had no effect
    find(".stop").onclick = () => this.stop();
    find("select").onchange = (event) => this.choose(event.target.value);
    this.timer = setInterval(() => this.checkCamera(), CHECK_CAMERA_MS);
    this.listening = new AbortController();
    document.addEventListener("visibilitychange", () => this.onVisible(), { signal: this.listening.signal });
  }

  // The page has run, so its data may have changed.
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
    if (first) this.prepare();
    this.showStatus();
  }

  // Once: show which camera there is, and start it where nobody has to be asked.
  async prepare() {
    const appCamera = this.data.appCamera;
    this.find(".choice").hidden = appCamera !== null;
    this.video.hidden = appCamera !== null;
    this.find(".source").hidden = appCamera === null;
    if (appCamera !== null) {
      this.find(".source").textContent = `The app's own camera: ${appCamera}`;
      this.find(".hint").textContent = "The app's own camera appears here";
      return this.start();
    }
    const missing = missingCamera(window.isSecureContext, navigator.mediaDevices);
    if (missing) return this.fail(missing);
    this.listCameras();
    this.startsByItself = !recall("sessionStorage", STOPPED) && (await cameraAllowed());
    this.onVisible();
  }

  // The tab is visible, for the first time or again.
  onVisible() {
    if (document.hidden) return;
    this.lastFrameMs = performance.now(); // some browsers give no frames to hidden tabs
    for (; this.postponed > 0; this.postponed--) this.socket.send({ do: "next" });
    if (this.startsByItself && !this.wanted) this.start();
    this.startsByItself = false;
  }

  close() {
    this.wanted = false; // so that a camera that is allowed only now does not start
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
    this.problem = { kind: "info", text: "Connecting to your camera …" };
    this.restarts = 0;
    this.socket.send({ do: "start" }); // without a connection, it is sent once there is one
    this.showStatus();
  }

  stop() {
    keep("sessionStorage", STOPPED, "yes");
    this.wanted = false;
    this.problem = null;
    this.socket.send({ do: "stop" });
    this.turnOff();
  }

  choose(deviceId) {
    this.camera.remember(deviceId);
    if (this.running) this.openCamera();
  }

  // Camera and reading off; what the status line says is up to the caller.
  turnOff() {
    clearTimeout(this.asking);
    this.sender.stop();
    this.camera.stop();
    this.setRunning(false);
    this.advice = null;
    this.showNothing();
    this.seen.clear();
    this.showStatus();
  }

  // No letter, and no hand on the picture.
  showNothing() {
    this.board.showNothing();
    this.overlay.clear();
  }

  fail(error) {
    this.wanted = false;
    this.socket.send({ do: "stop" });
    this.problem = { kind: "error", text: cameraFault(error) };
    this.turnOff();
  }

  onConnected() {
    this.sender.reset();
    if (this.seen.open) this.socket.send({ do: "look", on: true });
    if (this.wanted) this.socket.send({ do: "start" });
    if (this.unreachable) this.problem = null;
    this.unreachable = this.refused = false;
    this.showStatus();
  }

  // reason: why the connection stays closed; null where the socket connects again by itself.
  onDisconnected(reason) {
    this.unreachable = true;
    this.sender.stop();
    this.showNothing();
    if (reason) {
      this.refused = true;
      this.wanted = false;
      this.turnOff();
    }
    this.problem = reason
      ? { kind: "error", text: `**The app has closed the connection:** ${reason}. Reload this page.` }
      : {
          kind: "info",
          text: "**The app cannot be reached.** Your text is safe. This page keeps trying to connect …",
        };
    this.showStatus();
  }

  onMessage(message, jpeg) {
    const nowMs = performance.now();
    if (message.kind === "place") return this.onPlace();
    if (message.kind === "full") return this.waitForPlace(message.places);
    if (message.kind === "fault") return this.onAppCameraFault(message.text);
    const settled = this.socket.pending.length === 0;
    if (message.kind === "reading") this.onReading(message, jpeg, nowMs);
    this.board.showText(message, settled);
    if (!this.data.spells && message.text && this.data.tellsSigned) this.runPage("signed");
  }

  // jpeg: the picture that was read, from the app's own camera; null for the browser's.
  onReading(message, jpeg, nowMs) {
    if (jpeg) this.showAppFrame(jpeg);
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

  // This page has a place, so the camera may start. The app's own camera only needs to be asked for pictures.
  onPlace() {
    if (!this.wanted) return;
    this.problem = null;
    if (this.data.appCamera !== null) {
      this.postponed = 0;
      for (let n = 0; n < REQUESTED_AHEAD; n++) this.socket.send({ do: "next" });
      this.setRunning(true);
    } else if (!this.camera.running) {
      this.problem = { kind: "info", text: "**Allow the camera** if your browser asks." };
      this.openCamera();
    } // else the camera was running all along, and only the connection is new
    this.showStatus();
  }

  // Opens the chosen camera, instead of the one that plays, and shows it.
  async openCamera() {
    if (this.opening) return;
    let plays = false;
    try {
      plays = await this.startCamera();
    } catch (error) {
      if (this.wanted) this.fail(error);
    }
    if (plays) {
      this.lastFrameMs = performance.now();
      this.problem = null;
      this.setRunning(true);
      this.showStatus();
    } else if (this.wanted) {
      this.openCamera(); // Stop and START were pressed meanwhile
    }
  }

  // Starts the camera, and lets nothing else open or choose one meanwhile. Returns whether it plays.
  async startCamera() {
    this.opening = true;
    this.find("select").disabled = true;
    try {
      return await this.camera.start();
    } finally {
      this.opening = false;
      this.listCameras();
    }
  }

  waitForPlace(places) {
    if (!this.wanted) return;
    this.turnOff();
    const cameras = places === 1 ? "one camera" : `${places} cameras`;
    this.problem = {
      kind: "info",
      text:
        `**All places are taken.** To stay fast, this app reads only ${cameras} at a time. Your camera starts as soon ` +
        "as a place is free. Meanwhile you can use the other pages.",
    };
    const ask = () => {
      if (document.hidden) this.asking = setTimeout(ask, ASK_AGAIN_MS);
      else if (this.wanted) this.socket.send({ do: "start" });
    };
    this.asking = setTimeout(ask, ASK_AGAIN_MS);
    this.showStatus();
  }

  onAppCameraFault(text) {
    this.problem = { kind: "error", text: `**The app's own camera gives no picture.** ${text}. Trying again …` };
    this.showNothing();
    this.showStatus();
  }

  // A frame of the browser's camera.
  onFrame(capturedMs, picture) {
    this.lastFrameMs = performance.now();
    if (document.hidden) return void picture.close?.(); // nobody is looking, so somebody else may have the place
    if (this.restarts) {
      this.restarts = 0;
      this.problem = null;
      this.showStatus();
    }
    this.sender.offer(capturedMs, picture);
  }

  // Shows a frame of the app's own camera, and requests the next one.
  async showAppFrame(jpeg) {
    if (document.hidden) this.postponed++;
    else this.socket.send({ do: "next" });
    const bitmap = await createImageBitmap(jpeg);
    if (this.wanted && this.socket.open) {
      const canvas = this.find(".received");
      if (canvas.width !== bitmap.width || canvas.height !== bitmap.height) {
        Object.assign(canvas, { width: bitmap.width, height: bitmap.height });
      }
      canvas.getContext("2d", { alpha: false }).drawImage(bitmap, 0, 0);
      if (this.problem) {
        this.problem = null;
        this.showStatus();
      }
    }
    bitmap.close();
  }

  // Several times a second: does the camera still give frames, and does the app still answer?
  checkCamera() {
    const nowMs = performance.now();
    const playing = this.camera.running && this.wanted && !this.opening && !document.hidden;
    if (playing && nowMs - this.lastFrameMs > STALL_MS) this.restartCamera();
    if (this.socket.open && this.sender.pace.lost(nowMs)) this.socket.drop();
    this.sender.send();
  }

  // The camera has stopped: starts it again, a few times.
  async restartCamera() {
    if (!this.wanted || this.opening) return;
    if (this.restarts >= RESTARTS) {
      this.wanted = false;
      this.socket.send({ do: "stop" });
      this.problem = { kind: "error", text: LOST };
      return this.turnOff();
    }
    this.restarts++;
    this.problem = { kind: "error", text: STALLED };
    this.showNothing();
    this.showStatus();
    try {
      await this.startCamera();
    } catch {} // checkCamera tries again
    this.lastFrameMs = performance.now() - STALL_MS + RESTART_MS; // the next try is RESTART_MS from now
    if (this.wanted && !this.running) this.openCamera(); // Stop and START were pressed meanwhile
  }

  async listCameras() {
    const choices = await this.camera.choices();
    const select = this.find("select");
    select.replaceChildren(
      ...choices.map(({ id, name, current }) => new Option(name, id, current, current)),
      ...(choices.length ? [] : [new Option("Allow the camera to see its name", "")]),
    );
    select.disabled = choices.length < 2 || this.opening;
  }

  setRunning(running) {
    this.picture.classList.toggle("running", running);
    this.find(".received").hidden = !running || this.data.appCamera === null;
    if (!running && !this.data.aside) this.aside.hide();
    if (this.data.tellsRunning && this.running !== running) this.component.setStateValue("running", running);
    this.running = running;
  }

  // Makes Streamlit run the page. The same reason counts again only after a while: the first run may have been lost.
  runPage(reason) {
    const nowMs = performance.now();
    if (nowMs - (this.lastRunMs[reason] ?? -RUN_AGAIN_MS) < RUN_AGAIN_MS) return;
    this.lastRunMs[reason] = nowMs;
    this.component.setTriggerValue(reason, Date.now());
  }

  // The status line: a problem, else advice about the picture, else what to do.
  showStatus() {
    this.find(".stop").disabled = !this.wanted;
    const line = this.find(".status");
    const { kind, text } =
      this.problem ??
      (this.running && this.advice ? { kind: "warning", text: this.advice.text } : null) ??
      { kind: "", text: this.running ? this.data.running : this.data.idle };
    line.dataset.kind = kind;
    showMarked(line, text);
  }
}

// Whether the browser has already allowed the camera. Some browsers do not say; there the answer is false.
async function cameraAllowed() {
  try {
    return (await navigator.permissions.query({ name: "camera" })).state === "granted";
  } catch {
    return false;
  }
}
