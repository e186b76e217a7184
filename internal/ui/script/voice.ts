// A voice message is recorded where the browser can; elsewhere the form takes a file.
import { toast } from "./common";

/** What a browser may record in and a chat takes, with the ending of its file. */
const kinds: [string, string, string][] = [
  ["audio/ogg;codecs=opus", "audio/ogg", "voice.ogg"],
  ["audio/mp4;codecs=opus", "audio/mp4", "voice.m4a"],
  ["audio/mp4", "audio/mp4", "voice.m4a"],
];

/** The longest recording, in milliseconds. */
const most = 300_000;

/** A microphone beside the field for text: one press begins, another sends. */
class VoiceNote extends HTMLElement {
  private recorder?: MediaRecorder;
  private timer = 0;
  private kept = true;

  connectedCallback(): void {
    if (this.childElementCount > 0 || !this.kind() || !navigator.mediaDevices) return;
    this.append(this.button("record", "#mic", () => void this.begin()));
  }

  disconnectedCallback(): void {
    this.stop(false);
  }

  private kind(): [string, string, string] | undefined {
    return typeof MediaRecorder === "function" ? kinds.find(([full]) => MediaRecorder.isTypeSupported(full)) : undefined;
  }

  private button(name: string, icon: string, act: () => void): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "voice__button voice__button--" + name;
    button.title = this.dataset[name] ?? "";
    button.setAttribute("aria-label", button.title);
    const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    picture.setAttribute("class", "icon");
    picture.setAttribute("aria-hidden", "true");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", (this.dataset.icons ?? "") + icon);
    picture.append(use);
    button.append(picture);
    button.addEventListener("click", act);
    return button;
  }

  private async begin(): Promise<void> {
    const [full, type, name] = this.kind()!;
    let sound: MediaStream;
    try {
      sound = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      toast(this.dataset.denied ?? "");
      return;
    }
    const parts: Blob[] = [];
    const recorder = new MediaRecorder(sound, { mimeType: full });
    this.recorder = recorder;
    this.kept = true;
    recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
    recorder.addEventListener("stop", () => {
      for (const track of sound.getTracks()) track.stop();
      if (this.kept) void this.send(new File(parts, name, { type }));
      this.rest();
    });
    const clock = document.createElement("output");
    clock.setAttribute("role", "timer");
    const begun = performance.now();
    const tell = (): void => {
      const seconds = Math.floor((performance.now() - begun) / 1000);
      clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
      if (seconds * 1000 >= most) this.stop(true);
    };
    recorder.addEventListener("start", () => {
      tell();
      this.timer = window.setInterval(tell, 250);
      this.dataset.recording = "true";
      const send = this.button("stop", "#send", () => this.stop(true));
      this.replaceChildren(this.button("cancel", "#trash-2", () => this.stop(false)), clock, send);
      send.focus();
    });
    recorder.start();
  }

  private stop(keep: boolean): void {
    window.clearInterval(this.timer);
    this.kept = keep;
    if (this.recorder?.state === "recording") this.recorder.stop();
  }

  private rest(): void {
    delete this.dataset.recording;
    this.recorder = undefined;
    const again = this.button("record", "#mic", () => void this.begin());
    this.replaceChildren(again);
    again.focus();
  }

  private async send(file: File): Promise<void> {
    const form = new FormData();
    form.set("file", file);
    form.set("voice", "1");
    try {
      const answer = await fetch(this.dataset.action ?? "", { method: "POST", body: form });
      if (!answer.ok) throw new Error(String(answer.status));
      window.location.assign(answer.url);
    } catch {
      toast(this.dataset.failed ?? "");
    }
  }
}
customElements.define("voice-note", VoiceNote);
