// The countdown aloud, for people who look into the lens and not at the page. The browser speaks the numbers if it has a
// local voice for the language, else it plays tones. Nothing is loaded or sent.
import { lang } from "./texts.js";

const KEY = "mettici-sound";
const [NUMBER, SHUTTER] = [660, 1320]; // Hz
const TONE_SECONDS = 0.14;
const VOLUME = 0.25;

// The stored choice, after storing `value` if there is one; null in browsers that store nothing.
function stored(value) {
  try {
    if (value) localStorage.setItem(KEY, value);
    return localStorage.getItem(KEY);
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}

export class Sound {
  #on = stored() !== "off";
  #context = null;

  get on() {
    return this.#on;
  }

  set on(on) {
    this.#on = on;
    stored(on ? "on" : "off");
    if (!on) globalThis.speechSynthesis?.cancel();
  }

  number(number) {
    if (!this.#on) return;
    const voice = globalThis.speechSynthesis?.getVoices().find((one) => one.localService && one.lang.startsWith(lang()));
    if (!voice) return this.#tone(NUMBER);
    const spoken = new SpeechSynthesisUtterance(String(number));
    Object.assign(spoken, { voice, lang: voice.lang, rate: 1.2 });
    speechSynthesis.cancel(); // a late number would only confuse
    speechSynthesis.speak(spoken);
  }

  shutter() {
    if (this.#on) this.#tone(SHUTTER);
  }

  // Close the audio after the shutter sound has ended.
  stop() {
    const context = this.#context;
    this.#context = null;
    setTimeout(() => context?.close(), 2000 * TONE_SECONDS);
  }

  #tone(frequency) {
    if (!navigator.userActivation?.hasBeenActive) return; // browsers block sound before the first interaction
    this.#context ??= new AudioContext();
    const { currentTime, destination } = this.#context;
    const oscillator = new OscillatorNode(this.#context, { frequency });
    const gain = new GainNode(this.#context, { gain: VOLUME });
    gain.gain.setTargetAtTime(0, currentTime + TONE_SECONDS / 2, TONE_SECONDS / 6);
    oscillator.connect(gain).connect(destination);
    oscillator.start();
    oscillator.stop(currentTime + TONE_SECONDS);
  }
}
