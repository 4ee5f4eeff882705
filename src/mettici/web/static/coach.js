// The live coach: sends frames as fast as the server responds, shows its hints, and takes the photo once all is well.
import * as api from "./api.js";
import * as camera from "./camera.js";
import { announce, el, svg } from "./dom.js";
import { policy } from "./policy.js";
import { Sound } from "./sound.js";
import { StableGreen, StableHints } from "./stable.js";
import { t } from "./texts.js";

const FRAME_INTERVAL = 120; // ms between frames, at least
const COUNTDOWN = 3;
const COUNTDOWN_STEP = 700; // ms for each number
const FRAME = 512;
const SMOOTHING = 0.55; // weight of the newest outline in the one shown

// `onPhoto` is called with the photo as a file, `onStop` when the person stops.
export class Coach {
  constructor(onPhoto, onStop) {
    Object.assign(this, { onPhoto, onStop, stableHints: new StableHints(), stableGreen: new StableGreen(), sound: new Sound(), running: false, outline: null });
    this.video = el("video", { muted: true, playsinline: true, autoplay: true, "aria-hidden": "true" });
    this.face = svg("polygon", { class: "outline" });
    this.count = el("div", { class: "count", "aria-hidden": "true" });
    this.hints = el("ul", { class: "hints" });
    this.flash = el("div", { class: "flash", "aria-hidden": "true" });
    this.mirror = el("div", { class: "mirror" }, this.video,
      svg("svg", { viewBox: `0 0 ${FRAME} ${FRAME}`, "aria-hidden": "true" },
        svg("ellipse", { class: "guide", cx: 256, cy: 214, rx: 116, ry: 152 }), this.face),
      this.hints, this.count, this.flash);
    this.now = el("button", { class: "button primary", type: "button", id: "shoot", "data-t": "coach_now", onclick: () => this.shoot() }, t("coach_now"));
    const stop = el("button", { class: "button", type: "button", id: "stop", "data-t": "coach_stop", onclick: () => this.onStop() }, t("coach_stop"));
    this.view = el("div", { class: "coach" },
      el("div", { class: "guidance" },
        el("h1", { tabindex: "-1", id: "verdict", "data-t": "coach" }, t("coach")),
        el("p", { class: "why", "data-t": "coach_lead" }, t("coach_lead"))),
      this.mirror,
      el("div", { class: "controls" }, el("div", { class: "actions" }, this.now, stop), soundSwitch(this.sound),
        el("p", { class: "note", "data-t": "coach_mirror" }, t("coach_mirror"))));
  }

  title = () => t("coach");

  announcement = () => t("coach");

  nodes = () => [this.view];

  relabel() {} // elements with `data-t` are translated in place, and the next frame's hints come in the new language

  async start() {
    this.running = true;
    this.say([{ id: "start", text: t("coach_start") }]);
    const stream = await camera.start(this.video);
    if (!this.running) return camera.stop(stream);
    this.stream = stream;
    this.say([{ id: "start", text: t("coach_looking") }]);
    return this.watch();
  }

  stop() {
    this.running = false;
    this.abort?.abort();
    clearTimeout(this.countdownTimer);
    camera.stop(this.stream);
    this.sound.stop();
  }

  // One frame at a time: the next is captured only after the last response, so frames are fresh and never pile up.
  async watch() {
    while (this.running) {
      const started = performance.now();
      let wait = FRAME_INTERVAL;
      try {
        this.abort = new AbortController();
        const response = await api.coach(await camera.frame(this.video), policy(), this.abort.signal);
        if (this.running) this.show(response);
      } catch (error) {
        if (!(error instanceof api.Problem)) {
          if (error.name === "AbortError") return;
          throw error;
        }
        wait = 1000 * error.wait;
      }
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, wait - (performance.now() - started))));
    }
  }

  show(response) {
    const now = performance.now();
    const green = this.stableGreen.update(response.green, now);
    const hints = this.stableHints.update(response.hints, now);
    this.draw(response);
    this.mirror.classList.toggle("green", green);
    if (green) this.say([{ id: "green", text: t("coach_green") }]);
    else if (hints.length) this.say(hints);
    if (green && !this.counting) this.countDown(COUNTDOWN);
    if (!green) this.stopCountdown();
  }

  draw({ outline, size }) {
    const scale = FRAME / size[0];
    const latest = outline.map(([x, y]) => [x * scale, y * scale]);
    const old = this.outline;
    this.outline = old?.length === latest.length
      ? latest.map(([x, y], i) => [old[i][0] + SMOOTHING * (x - old[i][0]), old[i][1] + SMOOTHING * (y - old[i][1])])
      : latest;
    this.face.setAttribute("points", this.outline.map((p) => p.map((v) => v.toFixed(1))).join(" "));
  }

  say(hints) {
    const text = hints.map((hint) => hint.text).join(". ");
    if (text === this.lastHints) return;
    this.lastHints = text;
    this.hints.replaceChildren(...hints.map((hint) => el("li", { "data-hint": hint.id }, hint.text)));
    announce(text);
  }

  countDown(number) {
    this.counting = true;
    if (number === 0) return void this.shoot();
    this.count.textContent = String(number);
    this.sound.number(number);
    if (!this.sound.on) announce(String(number));
    this.countdownTimer = setTimeout(() => this.countDown(number - 1), COUNTDOWN_STEP);
  }

  stopCountdown() {
    clearTimeout(this.countdownTimer);
    this.counting = false;
    this.count.textContent = "";
  }

  async shoot() {
    if (!this.stream || this.shooting) return;
    this.shooting = true;
    this.now.disabled = true;
    this.count.textContent = "";
    this.flash.classList.add("on");
    this.sound.shutter();
    const blob = await camera.photo(this.stream, this.video);
    this.stop();
    announce(t("coach_taken"));
    this.onPhoto(new File([blob], "photo.jpg", { type: "image/jpeg" }));
  }
}

function soundSwitch(sound) {
  const box = el("input", { type: "checkbox", role: "switch", id: "aloud", checked: sound.on, onchange: () => (sound.on = box.checked) });
  return el("label", { class: "switch" }, box, el("span", { "data-t": "coach_aloud" }, t("coach_aloud")));
}
