// A passkey is made, or asked to sign, as the form's options say; what comes back is sent with the form. All of it is
// judged by the server. Where it can't be done, the page says so.
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const listed = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }));

const make = async (options) => {
  const publicKey = { ...options, challenge: bytes(options.challenge), user: { ...options.user, id: bytes(options.user.id) }, excludeCredentials: listed(options.excludeCredentials) };
  const made = await navigator.credentials.create({ publicKey });
  return { made, response: { attestationObject: text(made.response.attestationObject), transports: made.response.getTransports?.() ?? [] } };
};

const sign = async (options) => {
  const made = await navigator.credentials.get({ publicKey: { ...options, challenge: bytes(options.challenge), allowCredentials: listed(options.allowCredentials) } });
  const { authenticatorData, signature, userHandle } = made.response;
  return { made, response: { authenticatorData: text(authenticatorData), signature: text(signature), userHandle: userHandle && text(userHandle) } };
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const said = form.querySelector("[role=status]");
  const button = form.querySelector("button[data-go]");
  if (!window.PublicKeyCredential || !navigator.credentials) continue;
  said.textContent = "";
  button.hidden = false;
  let running = false;
  const go = async (event) => {
    event?.preventDefault();
    if (running) return;
    running = true;
    said.textContent = said.dataset.waiting;
    try {
      const options = JSON.parse(form.dataset.options);
      const { made, response } = await (form.dataset.passkey === "make" ? make(options) : sign(options));
      response.clientDataJSON = text(made.response.clientDataJSON);
      form.elements.code.value = JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, response, clientExtensionResults: {} });
      form.submit();
    } catch (error) {
      running = false;
      said.textContent = said.dataset[{ NotAllowedError: "cancelled", AbortError: "cancelled", InvalidStateError: "twice" }[error.name] ?? "failed"];
    }
  };
  form.addEventListener("submit", go);
  // At once where one has just chosen it; after a fault one reads first.
  if ("start" in form.dataset) go();
}
