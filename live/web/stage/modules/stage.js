// The live stage: connects the camera, the socket and the display. None of this needs Streamlit while a camera runs.

import { Aside } from "./aside.js";
import { Board } from "./board.js";
import { BrowserCamera } from "./camera.js";
import { cameraFault, LOST, missingCamera, STALLED } from "./faults.js";
import { ModelView } from "./model_view.js";
import { Overlay } from "./overlay.js";
import { Sender } from "./sender.js";
import { CameraSocket } from "./socket.js";
import { keep, recall } from "./storage.js";
import { showMarked } from "./text.js";

const STALL_MS = 2000; // a camera without a frame for this long, in a visible tab, has stopped
// How many times a stopped camera is restarted. Each time it gets RESTART_MS more for its first frame: on a busy machine a
// camera may need longer to start, and would always be stopped again just before its first frame.
const MAX_RESTARTS = 4, RESTART_MS = 2000;
const ASK_AGAIN_MS = 2000; // how often a waiting page asks for a place
const RUN_AGAIN_MS = 1000; // least time between two runs of the page for the same reason
const REQUESTED_AHEAD = 2; // how many frames of the app's camera are requested in advance
const CHECK_CAMERA_MS = 250;
const STOPPED_KEY = "fingerspell.stopped"; // in sessionStorage: the camera does not start by itself in this tab

export class Stage {
  constructor(root) {
    this.root = root;
    const find = (this.find = (selector) => root.querySelector(selector));
    this.video = find("video");
    this.picture = find(".picture");
    this.overlay = new Overlay(find(".overlay"));
    this.aside = new Aside(find(".aside"));
    this.modelView = new ModelView(find(".model-view"), (on) => this.socket.send({ do: "look", on }));
    this.socket = new CameraSocket({
      onOpen: () => this.onConnected(),
      onMessage: (message, jpeg) => this.onMessage(message, jpeg),
      onClose: (reason) => this.onDisconnected(reason),
      onUnknown: () => this.runPage("unknown"), // which creates a new session
    });
    this.sender = new Sender(this.socket);
    this.board = new Board(root, (command) => this.socket.command(command));
    const onFrame = (ms, picture) => this.onFrame(ms, picture);
    this.camera = new BrowserCamera(this.video, onFrame, () => this.restartCamera(false));
    this.wanted = false; // START was pressed, or the page started by itself, and Stop was not pressed since
    this.running = false; // the camera plays
    this.opening = false; // the camera is being opened
    this.refused = false; // the app has ended the connection for good
    this.lastRunMs = {}; // when the page last ran, by reason
    this.problem = null; // {kind, text} for the status line; null if there is none
    this.advice = null; // of the newest reading
    this.postponed = 0; // how many requests for frames of the app's camera wait until the tab is visible
    find(".start").onclick = () => {
      keep("sessionStorage", STOPPED_KEY, "");
      this.start();
    };
    find(".start").disabled = false; // until this script runs, a click has no effect
    find(".stop").onclick = () => this.stop();
    find("select").onchange = (event) => this.choose(event.target.value);
    this.timer = setInterval(() => this.checkCamera(), CHECK_CAMERA_MS);
    this.listening = new AbortController();
    const options = { signal: this.listening.signal };
    document.addEventListener("visibilitychange", () => this.onVisible(), options);
    window.addEventListener("pagehide", () => this.releaseFrames(), options);
    window.addEventListener("pageshow", ({ persisted }) => persisted && this.reopenCamera(), options);
    navigator.mediaDevices?.addEventListener("devicechange", () => this.listCameras(), options);
  }

  // The page has run, so its data may have changed.
  update(data, component) {
    const first = !this.data;
    Object.assign(this, { data, component });
    this.root.classList.toggle("without-text", !data.spells);
    this.board.keys = data.keys;
    this.picture.classList.toggle("mirrored", data.mirror);
    this.showAside();
    const url = new URL(data.socket, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    this.socket.connect(url, data.token, () => this.board.keptText());
    if (first) this.prepare();
    this.showStatus();
  }

  // Shows the page's own aside, unless it is shown already or an observer's has replaced it.
  showAside() {
    const aside = JSON.stringify(this.data.aside);
    if (aside === this.shownAside) return;
    this.shownAside = aside;
    if (this.data.aside) this.aside.show(this.data.aside);
    else this.aside.hide();
  }

  // Runs once: shows which camera is used, and starts it if the browser does not have to ask for permission.
  async prepare() {
    const appCamera = this.data.appCamera;
    this.find(".choice").hidden = appCamera !== null;
    this.video.hidden = appCamera !== null;
    this.find(".source").hidden = appCamera === null;
    if (appCamera !== null) {
      this.find(".source").textContent = `The app's own camera: ${appCamera}`;
      this.find(".hint").textContent = "The picture of the app's own camera appears here";
      if (!recall("sessionStorage", STOPPED_KEY)) this.start();
      return;
    }
    const missing = this.missingCamera();
    if (missing) return this.fail(missing);
    this.listCameras();
    this.startsByItself = !recall("sessionStorage", STOPPED_KEY) && (await cameraAllowed());
    this.onVisible();
  }

  // Why this page cannot use a camera of the browser; null if it can, or if the app has a camera of its own.
  missingCamera() {
    return this.data.appCamera ? null : missingCamera(window.isSecureContext, navigator.mediaDevices);
  }

  // The tab is visible, for the first time or again.
  onVisible() {
    if (document.hidden) return;
    this.lastFrameMs = performance.now(); // some browsers stop the frames of hidden tabs
    for (; this.postponed > 0; this.postponed--) this.socket.send({ do: "next" });
    if (this.startsByItself && !this.wanted) this.start();
    this.startsByItself = false;
  }

  close() {
    this.wanted = false; // so that a camera that is allowed only after this does not start
    clearInterval(this.timer);
    clearTimeout(this.asking);
    this.listening.abort();
    this.sender.stop();
    this.camera.stop();
    this.board.close();
    this.socket.close();
  }

  // The page is being left, and may come back. Chromium lets only a few frames of a camera be open at once. If this page
  // left some open, the next one might get none.
  releaseFrames() {
    this.sender.stop();
    this.camera.stop();
  }

  // The page has come back.
  reopenCamera() {
    if (this.running && this.data.appCamera === null) this.openCamera();
  }

  start() {
    if (this.refused) return;
    const missing = this.missingCamera();
    if (missing) return this.fail(missing);
    this.wanted = true;
    this.lastingProblem = null;
    this.problem = { kind: "info", text: "Connecting to your camera …" };
    this.restarts = 0;
    this.socket.send({ do: "start" }); // without a connection, onConnected sends it
    this.showStatus();
  }

  stop() {
    keep("sessionStorage", STOPPED_KEY, "yes");
    this.wanted = false;
    this.problem = null;
    this.socket.send({ do: "stop" });
    this.turnOff();
  }

  choose(deviceId) {
    this.camera.remember(deviceId);
    if (this.running) this.openCamera();
  }

  // Turns off the camera and the reading. The caller sets this.problem for the status line.
  turnOff() {
    clearTimeout(this.asking);
    this.sender.stop();
    this.camera.stop();
    this.setRunning(false);
    this.advice = null;
    this.showNothing();
    this.modelView.clear();
    this.showStatus();
  }

  // Shows no letter, and no hand on the picture.
  showNothing() {
    this.board.showNothing();
    this.overlay.clear();
  }

  fail(error) {
    this.wanted = false;
    this.socket.send({ do: "stop" });
    this.problem = this.lastingProblem = { kind: "error", text: cameraFault(error) };
    this.turnOff();
  }

  onConnected() {
    this.sender.reset();
    if (this.modelView.open) this.socket.send({ do: "look", on: true });
    if (this.wanted) this.socket.send({ do: "start" });
    if (this.unreachable) this.problem = this.lastingProblem;
    this.unreachable = this.refused = false;
    this.showStatus();
  }

  // reason: why the connection stays closed; null if the socket reconnects by itself.
  onDisconnected(reason) {
    // A camera that cannot be used is still to be told about when the app can be reached again.
    if (!this.unreachable) this.lastingProblem = this.wanted ? null : this.problem;
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
    if (message.kind === "reading") this.board.showPending(this.wanted ? message.pending : "");
    if (!this.data.spells && message.text && this.data.reportsLetters) this.runPage("signed");
  }

  // jpeg: the picture that was read, from the app's own camera; null for the browser's camera.
  onReading(message, jpeg, nowMs) {
    if (jpeg) this.showAppFrame(jpeg);
    else this.sender.answered(nowMs, message.server_ms);
    if (!this.wanted) return;
    this.board.showLetter(message);
    const shown = this.data.appCamera === null ? this.video : this.find(".app-frame");
    this.overlay.show(message, shown.videoWidth || shown.width, shown.videoHeight || shown.height);
    if (message.aside) this.aside.show(message.aside);
    if (message.aside?.done) {
      this.shownAside = null; // so that the page's own aside replaces it
      this.runPage("done");
    }
    if (this.modelView.open) this.modelView.show(message.seen, nowMs);
    else this.modelView.timesMs = [];
    if (message.advice?.text !== this.advice?.text) {
      this.advice = message.advice;
      this.showStatus();
    }
    this.sender.send();
  }

  // This page has a place, so the camera may start. The app's own camera runs already: the page requests its frames.
  onPlace() {
    if (!this.wanted) return;
    this.problem = null;
    if (this.data.appCamera !== null) {
      this.postponed = 0;
      for (let n = 0; n < REQUESTED_AHEAD; n++) this.socket.send({ do: "next" });
      this.setRunning(true);
    } else if (!this.running) {
      this.problem = { kind: "info", text: "**Allow the camera** if your browser asks." };
      this.openCamera();
    } // otherwise the camera was running all along, and only the connection is new
    this.showStatus();
  }

  // Opens the chosen camera in place of the current one, and shows it.
  async openCamera() {
    if (this.opening) return;
    let plays = false;
    try {
      plays = await this.startCamera(() => this.camera.start());
    } catch (error) {
      if (this.wanted) this.fail(error);
    }
    if (plays) {
      this.lastFrameMs = performance.now();
      this.problem = null;
      this.setRunning(true);
      this.showStatus();
    } else if (this.wanted) {
      this.openCamera(); // Stop and START were pressed in the meantime
    }
  }

  // Starts the camera with start(). Until it has started, no other can be opened or chosen. Returns whether it plays.
  async startCamera(start) {
    this.opening = true;
    this.find("select").disabled = true;
    try {
      return await start();
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
        `**All places are taken.** To stay fast, this app reads only ${cameras} at a time. Your camera starts as ` +
        "soon as a place is free. In the meantime, you can use the other pages.",
    };
    const ask = () => {
      if (document.hidden) this.asking = setTimeout(ask, ASK_AGAIN_MS);
      else if (this.wanted) this.socket.send({ do: "start" });
    };
    this.asking = setTimeout(ask, ASK_AGAIN_MS);
    this.showStatus();
  }

  onAppCameraFault(text) {
    this.problem = { kind: "error", text: `**The app's own camera sends no pictures:** ${text}. Trying again …` };
    this.showNothing();
    this.showStatus();
  }

  // A frame of the browser's camera.
  onFrame(capturedMs, picture) {
    this.lastFrameMs = performance.now();
    if (document.hidden) return void picture.close?.(); // nobody is watching, so let somebody else have the place
    if (this.restarts) {
      this.restarts = 0;
      this.problem = null;
      this.showStatus();
    }
    this.sender.offer(capturedMs, picture);
  }

  // Shows a frame of the app's own camera, and requests the next one.
  async showAppFrame(jpeg) {
    if (!this.wanted) return;
    if (document.hidden) this.postponed++;
    else this.socket.send({ do: "next" });
    const bitmap = await createImageBitmap(jpeg);
    if (this.wanted && this.socket.open) {
      const canvas = this.find(".app-frame");
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

  // Runs several times a second: checks that the camera still gives frames and that the app still answers.
  checkCamera() {
    const nowMs = performance.now();
    const playing = this.running && this.data.appCamera === null && this.wanted && !this.opening && !document.hidden;
    if (playing && nowMs - this.lastFrameMs > STALL_MS) this.restartCamera();
    if (this.socket.open && this.sender.pace.lost(nowMs)) {
      this.sender.pace.slowDown(nowMs);
      this.socket.drop();
    }
    if (this.wanted && !document.hidden) this.socket.check(nowMs);
    this.sender.send();
  }

  // Restarts a camera that has stopped, but gives up after a few times. fromVideo: see BrowserCamera.
  async restartCamera(fromVideo = true) {
    if (!this.wanted || this.opening) return;
    if (this.restarts >= MAX_RESTARTS) {
      this.wanted = false;
      this.socket.send({ do: "stop" });
      this.problem = this.lastingProblem = { kind: "error", text: LOST };
      return this.turnOff();
    }
    this.restarts++;
    this.problem = { kind: "error", text: STALLED };
    this.showNothing();
    this.showStatus();
    let waitMs = this.restarts * RESTART_MS;
    try {
      await this.startCamera(() => this.camera.restart(fromVideo));
    } catch {
      waitMs = RESTART_MS; // no frame can come
    }
    this.lastFrameMs = performance.now() - STALL_MS + waitMs; // checkCamera tries again then
    if (this.wanted && !this.running) this.openCamera(); // Stop and START were pressed in the meantime
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
    const focused = this.root.getRootNode().activeElement;
    this.picture.classList.toggle("running", running);
    if (running && focused === this.find(".start")) this.picture.focus({ preventScroll: true }); // it is hidden now
    this.find(".app-frame").hidden = !running || this.data.appCamera === null;
    if (!running) {
      this.shownAside = null; // an observer's aside may have replaced it
      this.showAside();
    }
    if (this.data.reportsRunning && this.running !== running) this.component.setStateValue("running", running);
    this.running = running;
  }

  // Makes Streamlit run the page. The same reason may run it again after RUN_AGAIN_MS, in case the first run was lost.
  runPage(reason) {
    const nowMs = performance.now();
    if (nowMs - (this.lastRunMs[reason] ?? -RUN_AGAIN_MS) < RUN_AGAIN_MS) return;
    this.lastRunMs[reason] = nowMs;
    this.component.setTriggerValue(reason, Date.now());
  }

  // Shows in the status line a problem, or else advice about the picture, or else what to do.
  showStatus() {
    const stop = this.find(".stop");
    if (!this.wanted && this.root.getRootNode().activeElement === stop) this.find(".start").focus();
    stop.disabled = !this.wanted;
    const line = this.find(".status");
    const { kind, text } =
      this.problem ??
      (this.running && this.advice ? { kind: "warning", text: this.advice.text } : null) ??
      { kind: "", text: this.running ? this.data.running : this.data.idle };
    line.dataset.kind = kind;
    showMarked(line, text);
  }
}

// Whether the browser has already allowed the camera. False if the browser does not say.
async function cameraAllowed() {
  try {
    return (await navigator.permissions.query({ name: "camera" })).state === "granted";
  } catch {
    return false;
  }
}
