// Search as you type. The endpoint answers `?q=` with <li>s; what is already ticked stays on top.
// Up and Down walk through field and results, Escape returns to the field, Enter doesn't leave the page.
for (const input of document.querySelectorAll("input[data-picker]")) {
  const list = document.getElementById(input.dataset.pickerTarget);
  let timer, running, asked = input.value.trim();
  input.setAttribute("aria-controls", list.id);
  input.autocomplete = "off";

  const stops = () => [input, ...list.querySelectorAll("input:not([type=hidden]), button, a[href]")];
  const walk = (event) => {
    const all = stops();
    const at = all.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && at >= 0) {
      event.preventDefault();
      all[Math.min(Math.max(at + step, 0), all.length - 1)].focus();
    } else if (event.key === "Escape" && at > 0) {
      event.preventDefault();
      input.focus();
    }
  };
  const ask = async () => {
    const query = input.value.trim();
    if (query === asked) return;
    running?.abort();
    running = new AbortController();
    const url = new URL(input.dataset.picker, location.href);
    url.searchParams.set("q", query);
    list.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(url, { signal: running.signal, redirect: "error" });
      if (!answer.ok) return;
      const fresh = document.createElement("template");
      fresh.innerHTML = await answer.text();
      const kept = [...list.children].filter((item) => item.querySelector(":checked"));
      const values = new Set(kept.map((item) => item.querySelector(":checked").value));
      const found = [...fresh.content.children].filter((item) => !values.has(item.querySelector("input")?.value));
      list.replaceChildren(...kept, ...found);
      asked = query;
    } catch {
      // Aborted by the next letter, or offline: the search button still asks the server.
    } finally {
      list.removeAttribute("aria-busy");
    }
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 200);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    clearTimeout(timer);
    ask();
  });
  input.addEventListener("keydown", walk);
  list.addEventListener("keydown", walk);
}
