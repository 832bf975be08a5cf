// What the admin center gains from JavaScript: save bar, copy, select all, self-refresh, local times.
import { localTimes } from "./time.js";

// The save bar comes with the first change and goes with the last.
for (const form of document.querySelectorAll("form[data-savebar]")) {
  const bar = form.querySelector(".savebar");
  const words = bar.querySelector("[data-dirty]");
  const state = () => new URLSearchParams(new FormData(form)).toString();
  const clean = state();
  const check = () => {
    const dirty = state() !== clean || form.hasAttribute("data-dirty");
    bar.hidden = !dirty;
    if (words) words.textContent = dirty ? words.dataset.dirty : "";
  };
  form.addEventListener("input", check);
  form.addEventListener("change", check);
  form.addEventListener("reset", () => setTimeout(check));
  addEventListener("pageshow", check);
  check();
}

// Copy needs https or localhost; elsewhere the text is selected and the button stays away.
if (navigator.clipboard) {
  for (const button of document.querySelectorAll("[data-copy]")) {
    const words = button.textContent;
    button.hidden = false;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
      button.textContent = button.dataset.copied;
      setTimeout(() => (button.textContent = words), 2000);
    });
  }
}

// Rows to act on: the head's box ticks all, the bulk bar says how many.
for (const form of document.querySelectorAll("[data-select]")) {
  const all = form.querySelector("[data-all]");
  const bar = form.querySelector(".bulkbar");
  const count = bar?.querySelector("[data-count]");
  const rows = () => [...form.querySelectorAll("tbody [type=checkbox]:not(:disabled)")];
  const check = () => {
    const boxes = rows();
    const n = boxes.filter((box) => box.checked).length;
    if (all) {
      all.checked = n > 0 && n === boxes.length;
      all.indeterminate = n > 0 && n < boxes.length;
    }
    if (bar) bar.hidden = n === 0;
    if (count) count.textContent = count.dataset.count.replace("{n}", n);
  };
  if (all) {
    all.hidden = false;
    all.addEventListener("change", () => {
      for (const box of rows()) box.checked = all.checked;
    });
  }
  form.addEventListener("change", check);
  addEventListener("pageshow", check);
  check();
}

// <div id="outbox" data-refresh="2000">: asks for its page again and takes its own element out of it.
for (const place of document.querySelectorAll("[data-refresh]")) {
  let last;
  const again = () => setTimeout(refresh, Math.max(Number(place.dataset.refresh) || 0, 500));
  const refresh = async () => {
    try {
      if (!document.hidden) {
        const answer = await fetch(place.dataset.refreshUrl || location.href, { redirect: "error", cache: "no-store" });
        const page = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page && page.getElementById(place.id);
        // Unchanged stays untouched: no lost focus or selection, nothing read out twice.
        if (fresh && fresh.innerHTML !== last) {
          const first = last === undefined && same(fresh);
          last = fresh.innerHTML;
          if (!first) swap(fresh);
        }
      }
    } catch {
      // The server is away for a moment.
    }
    again();
  };
  const same = (fresh) => {
    const now = place.cloneNode(true);
    for (const time of now.querySelectorAll("time[title]")) {
      time.textContent = time.title;
      time.removeAttribute("title");
    }
    return now.innerHTML === fresh.innerHTML;
  };
  const swap = (fresh) => {
    const focus = place.contains(document.activeElement) && document.activeElement.id;
    for (const open of place.querySelectorAll("details[id][open]")) {
      fresh.querySelector(`details[id="${CSS.escape(open.id)}"]`)?.setAttribute("open", "");
    }
    place.replaceChildren(...fresh.childNodes);
    localTimes(place);
    if (focus) document.getElementById(focus)?.focus();
  };
  again();
}
