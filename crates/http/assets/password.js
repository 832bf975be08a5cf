// Show toggle and live verdicts for password fields. The rules live on the server: this file knows none.
for (const input of document.querySelectorAll("input[data-password]")) {
  const { password: showIt, conceal: hideIt, show, hide } = input.dataset;
  const button = Object.assign(document.createElement("button"), { type: "button", className: "button quiet" });
  button.setAttribute("aria-controls", input.id);
  const set = (shown) => {
    input.type = shown ? "text" : "password";
    button.setAttribute("aria-label", shown ? hideIt : showIt);
    button.textContent = shown ? hide : show;
  };
  set(false);
  button.addEventListener("click", () => set(input.type === "password"));
  // Sent as a password again, so that no browser remembers it as plain text.
  input.form?.addEventListener("submit", () => set(false));
  input.after(button);
  input.addEventListener("reveal", () => set(true));
}

// A suggestion goes into both fields, where it can be read.
for (const form of document.querySelectorAll("form[data-suggest]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "error" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const text = page.querySelector("[data-suggestion]").textContent;
      for (const input of document.querySelectorAll("input[autocomplete=new-password]")) {
        input.value = text;
        input.dispatchEvent(new Event("reveal"));
        input.dispatchEvent(new Event("input", { bubbles: true }));
      }
      const said = form.querySelector("[data-suggested]");
      said.textContent = said.dataset.suggested;
    } catch {
      // The server's own page shows it as well.
      form.submit();
    }
  });
}

for (const region of document.querySelectorAll("[data-verdicts]")) {
  const form = region.closest("form");
  const blank = region.innerHTML;
  let timer, running;
  const show = (html) => {
    if (region.innerHTML !== html) region.innerHTML = html;
  };
  const ask = async () => {
    const all = new FormData(form);
    if (!all.get("password")) return show(blank);
    const body = new URLSearchParams(["password", "confirm", "csrf"].map((name) => [name, all.get(name) ?? ""]));
    running = new AbortController();
    try {
      const answer = await fetch(region.dataset.verdicts, { method: "POST", body, signal: running.signal, redirect: "error" });
      if (answer.ok) show(await answer.text());
    } catch {
      // Only a preview: the form says the same when it is sent.
    }
  };
  form.addEventListener("input", (event) => {
    if (event.target.name !== "password" && event.target.name !== "confirm") return;
    clearTimeout(timer);
    running?.abort();
    timer = setTimeout(ask, 300);
  });
}
