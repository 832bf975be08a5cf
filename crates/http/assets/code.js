// Code fields forgive spaces and dashes; "send again" counts down in sight.
for (const input of document.querySelectorAll("input[data-code]")) {
  input.addEventListener("focus", () => input.select());
  input.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text").replace(/[\s-]/g, "");
    if (!text) return;
    event.preventDefault();
    input.setRangeText(text, input.selectionStart, input.selectionEnd, "end");
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

for (const button of document.querySelectorAll("button[data-countdown]")) {
  const words = button.textContent;
  const until = Date.now() + Number(button.dataset.countdown) * 1000;
  const stop = (event) => event.preventDefault();
  // aria-disabled, not disabled: the button keeps its place in the tab order.
  const tick = () => {
    const left = Math.ceil((until - Date.now()) / 1000);
    if (left > 0) {
      button.textContent = button.dataset.countdownText.replace("{s}", left);
      button.setAttribute("aria-disabled", "true");
      setTimeout(tick, 250);
    } else {
      button.textContent = words;
      button.removeAttribute("aria-disabled");
      button.removeEventListener("click", stop);
    }
  };
  button.addEventListener("click", stop);
  tick();
}
