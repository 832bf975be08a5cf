// <div data-pow="CHALLENGE" data-pow-bits="16" data-pow-working="…" data-pow-done="…">text challenge</div> in a form.
// Takes the text challenge away, works in the background, and lets the form go once there is an answer.
for (const box of document.querySelectorAll("[data-pow]")) {
  const form = box.closest("form");
  const fallback = [...box.childNodes];
  const answer = Object.assign(document.createElement("input"), { type: "hidden", name: "pow" });
  const words = Object.assign(document.createElement("p"), { className: "hint" });
  words.setAttribute("role", "status");
  const bar = Object.assign(document.createElement("progress"), { max: 1, value: 0, hidden: true });
  bar.setAttribute("aria-label", box.dataset.powWorking);
  const tries = 2 ** Number(box.dataset.powBits);
  let waiting = null;

  const giveUp = () => {
    // No worker here: the text challenge is the way on, and the form is the reader's again.
    box.replaceChildren(...fallback);
    form.removeEventListener("submit", hold);
    if (waiting) box.querySelector("input")?.focus();
  };
  const hold = (event) => {
    if (answer.value) return;
    event.preventDefault();
    waiting = { by: event.submitter };
    words.textContent = box.dataset.powWorking;
    bar.hidden = false;
  };
  try {
    const worker = new Worker(box.dataset.powWorker || new URL("pow-worker.js", import.meta.url));
    worker.onerror = giveUp;
    worker.onmessage = ({ data }) => {
      if (typeof data === "number") {
        // The chance that it would have been found by now: it never goes back, and is never full too soon.
        bar.value = 1 - Math.exp(-data / tries);
        return;
      }
      bar.value = 1;
      worker.terminate();
      answer.value = data;
      if (!waiting) return;
      words.textContent = box.dataset.powDone;
      form.requestSubmit(waiting.by);
    };
    form.addEventListener("submit", hold);
    box.replaceChildren(answer, words, bar);
    worker.postMessage({ challenge: box.dataset.pow, bits: Number(box.dataset.powBits) });
  } catch {
    giveUp();
  }
}
