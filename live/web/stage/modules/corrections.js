// The line below the text: what else the last letter may be, and which letters are remembered as corrected.

export class Corrections {
  // choose(at, letter, other): puts the other letter in the place of the letter at this position of the text.
  constructor(root, choose) {
    Object.assign(this, { choose, shown: "", remembered: "" });
    this.choices = root.querySelector(".choices");
    this.corrected = root.querySelector(".corrected");
  }

  // choices: {at, letter, others}, null if the last letter was not signed. corrected: letters. Returns what a screen
  // reader announces.
  show(choices, corrected) {
    this.showChoices(choices);
    const before = this.remembered;
    this.remembered = corrected.length ? `Corrections remembered for ${corrected.join(", ")}.` : "";
    if (this.remembered === before) return "";
    this.corrected.hidden = corrected.length === 0;
    this.corrected.querySelector("span").textContent = this.remembered;
    return this.remembered || "Corrections are forgotten";
  }

  // An unchanged line is not replaced, because a button would lose the focus.
  showChoices(choices) {
    const shown = JSON.stringify(choices);
    if (shown === this.shown) return;
    this.shown = shown;
    if (!choices?.others.length) return this.choices.replaceChildren();
    const { at, letter, others } = choices;
    const buttons = others.map((other) => {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: other });
      button.setAttribute("aria-label", `Change ${letter} to ${other}`);
      button.onclick = () => this.choose(at, letter, other);
      return button;
    });
    this.choices.replaceChildren(`Not ${letter}?`, ...buttons);
  }
}
