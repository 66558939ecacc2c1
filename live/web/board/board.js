// Shows a reading and the text, between the server's runs too: the ring fills by itself, an edit is not overwritten.
// What the person does goes to the server as {do, ...}; what the camera's own frame complains of, as its fault.

const STORED = "fingerspell.text"; // of this tab, so that a restart of the server, or a reload, loses nothing
const KEYS = { " ": "space", backspace: "delete", k: "copy", p: "speak" };

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const board = parentElement.querySelector(".board");
  const find = (selector) => board.querySelector(selector);
  const text = find("textarea");
  const mine = (board.mine ??= { sent: 0, text: "", committed: null, hold: "", untold: [] });
  mine.data = data;
  // Two runs of the page at once may lose what was told, so it is told until it was heard; the server takes each once.
  mine.send = () => mine.untold.length && setTriggerValue("told", mine.untold);
  mine.tell = (what) => {
    mine.sent = Math.max(mine.sent + 1, Date.now());
    mine.untold.push({ ...what, n: mine.sent });
    mine.send();
  };
  mine.untold = mine.untold.filter((what) => what.n > data.heard);
  mine.fault = (fault) => setStateValue("fault", fault);

  show(board, find, text, mine);
  if (!mine.stop) mine.stop = begin(board, find, text, mine);
  restore(mine);
  return () => {
    mine.stop?.();
    mine.stop = null;
  };
}

function show(board, find, text, mine) {
  const { letter, said, hold, counted, spelled, committed, spells } = mine.data;
  board.classList.toggle("alone", !spells);
  const large = find(".letter");
  large.textContent = letter ?? "–";
  large.classList.toggle("read", letter !== null);
  large.style.setProperty("--share", Math.min(1, 1.6 / (letter ?? "").length)); // a sign of one's own has a longer name
  find(".said").textContent = said;
  showHold(find(".fill"), hold, counted, mine);
  if (mine.committed !== null && committed > mine.committed) {
    board.classList.remove("popped");
    void board.offsetWidth; // so that the animation begins anew
    board.classList.add("popped");
    const more = spelled.startsWith(mine.text) ? spelled.slice(mine.text.length) : spelled.slice(-1);
    find(".announced").textContent = more.trim() || "space";
  }
  mine.committed = committed;
  if (spelled !== mine.text && !mine.untold.length) {
    // what is being typed stays; letters that were signed meanwhile come after it
    if (text.value === mine.text) text.value = spelled;
    else if (spelled.startsWith(mine.text)) text.value += spelled.slice(mine.text.length);
    else if (board.getRootNode().activeElement !== text) text.value = spelled;
    mine.text = spelled;
    text.scrollTop = text.scrollHeight;
  }
  offer(find, mine);
}

function offer(find, mine) {
  const place = find(".perhaps");
  const { perhaps } = mine.data;
  if (mine.saying || place.dataset.word === perhaps) return;
  place.dataset.word = perhaps;
  place.replaceChildren();
  if (!perhaps) return;
  const take = Object.assign(document.createElement("button"), { type: "button", textContent: perhaps });
  take.onclick = () => mine.tell({ do: "edit", before: mine.text, after: perhaps });
  place.append("Perhaps ", take, "?");
}

function showHold(fill, hold, counted, mine) {
  const id = hold ? hold.letter + hold.since : counted ?? "";
  if (id === mine.hold) return;
  mine.hold = id;
  fill.style.transition = "none";
  fill.style.opacity = hold || counted ? 1 : 0;
  fill.style.strokeDashoffset = hold ? 1 - hold.progress : counted ? 0 : 1;
  if (!hold) return;
  fill.getBoundingClientRect(); // so that the transition begins here
  fill.style.transition = `stroke-dashoffset ${hold.left_s}s linear`;
  fill.style.strokeDashoffset = 0;
}

function begin(board, find, text, mine) {
  const perform = async (name) => {
    if (name === "copy") say((await copied(text)) ? "Copied" : "The browser does not let this page copy", find, mine);
    else if (name === "speak") speak(text.value, find, mine);
    else mine.tell({ do: name });
  };
  const onClick = (event) => {
    const button = event.target.closest("button[data-do]");
    if (button) perform(button.dataset.do);
  };
  const onKey = (event) => {
    const at = event.composedPath()[0];
    if (at.closest?.("input, textarea, select, [contenteditable], [role=combobox], [role=slider]")) return;
    if (event.key === " " && at.closest?.("button, a, summary, [role=button], [role=tab]")) return;
    const control = event.ctrlKey || event.metaKey;
    const key = event.key?.toLowerCase();
    let name = control || event.altKey ? null : KEYS[key];
    if (control && key === "z") name = "undo";
    if (event.shiftKey && key === "backspace") name = "clear";
    if (!name || !mine.data.spells) return;
    event.preventDefault();
    perform(name);
  };
  const edited = () => {
    if (text.value === mine.text) return;
    mine.tell({ do: "edit", before: mine.text, after: text.value });
    mine.text = text.value;
  };
  let typing;
  const onInput = () => {
    clearTimeout(typing);
    typing = setTimeout(edited, 600);
  };
  board.addEventListener("click", onClick);
  text.addEventListener("input", onInput);
  text.addEventListener("blur", edited);
  window.addEventListener("keydown", onKey);

  // The camera's START lies in a frame of its own, of this very address: after a click there, keys go there.
  let fault = null;
  let listening = null;
  const watch = () => {
    const inner = document.querySelector('iframe[title*="webrtc"]')?.contentWindow ?? null;
    if (inner !== listening) {
      inner?.addEventListener("keydown", onKey);
      listening = inner;
    }
    const now = cameraFault(inner);
    if (now !== fault) mine.fault((fault = now));
  };
  const watching = setInterval(watch, 400);
  const telling = setInterval(() => mine.send(), 1000);
  watch();
  return () => {
    clearInterval(watching);
    clearInterval(telling);
    clearTimeout(typing);
    window.removeEventListener("keydown", onKey);
    try {
      listening?.removeEventListener("keydown", onKey);
    } catch {} // the frame has gone
    board.removeEventListener("click", onClick);
    text.removeEventListener("input", onInput);
    text.removeEventListener("blur", edited);
  };
}

function cameraFault(inner) {
  if (!window.isSecureContext) return "insecure";
  if (!navigator.mediaDevices) return "unsupported";
  let said = "";
  try {
    said = inner?.document.querySelector("[role=alert], .MuiAlert-message")?.textContent ?? "";
  } catch {} // another origin
  return said.slice(0, 200);
}

function restore(mine) {
  const { session, spelled, on, spells } = mine.data;
  const before = JSON.parse(sessionStorage.getItem(STORED) ?? "null");
  if (spells && before && before.session !== session && before.text && !spelled && mine.restored !== session) {
    mine.restored = session;
    mine.tell({ do: "edit", before: "", after: before.text });
    return;
  }
  if (window.fingerspellOn && window.fingerspellOn !== session && !on && mine.resumed !== session) {
    mine.resumed = session; // the server was restarted under a running camera
    mine.tell({ do: "resume" });
  }
  window.fingerspellOn = on ? session : window.fingerspellOn === session ? null : window.fingerspellOn;
  if (spells) sessionStorage.setItem(STORED, JSON.stringify({ session, text: spelled }));
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text.value);
    return true;
  } catch {
    text.select();
    return document.execCommand("copy");
  }
}

function speak(words, find, mine) {
  if (!window.speechSynthesis) return say("This browser cannot speak", find, mine);
  speechSynthesis.cancel();
  if (words.trim()) speechSynthesis.speak(new SpeechSynthesisUtterance(words.toLowerCase()));
}

function say(words, find, mine) {
  find(".announced").textContent = words;
  const place = find(".perhaps");
  place.textContent = words;
  delete place.dataset.word;
  clearTimeout(mine.saying);
  mine.saying = setTimeout(() => {
    mine.saying = null;
    offer(find, mine);
  }, 2000);
}
