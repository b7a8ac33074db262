// Forms with data-passkey: "create" makes a key with the options in the page, "get" proves one; "login" fetches options.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

/** The options with bytes where the browser wants bytes. */
function prepared(options) {
  const ready = { ...options, challenge: bytes(options.challenge) };
  for (const list of ["allowCredentials", "excludeCredentials"]) {
    if (options[list]) ready[list] = options[list].map((key) => ({ ...key, id: bytes(key.id) }));
  }
  if (options.user) ready.user = { ...options.user, id: bytes(options.user.id) };
  return ready;
}

/** A key as JSON, its bytes as text. */
function told(key) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (key.response[name]) response[name] = text(key.response[name]);
  }
  const extensions = key.getClientExtensionResults();
  return JSON.stringify({ id: key.id, rawId: text(key.rawId), type: key.type, response, clientExtensionResults: extensions });
}

async function optionsOf(form) {
  if (form.dataset.passkey !== "login") return JSON.parse(document.getElementById(form.dataset.options).textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
}

async function prove(form) {
  const data = await optionsOf(form);
  if (form.dataset.passkey !== "create") {
    return told(await navigator.credentials.get({ publicKey: prepared(data.request_options.publicKey) }));
  }
  const options = prepared(data.creation_options.publicKey);
  const alone = form.elements.passwordless?.checked ?? false;
  const resident = { residentKey: alone ? "required" : "discouraged", requireResidentKey: alone };
  const verified = alone ? { userVerification: "required" } : {};
  options.authenticatorSelection = { ...options.authenticatorSelection, ...resident, ...verified };
  return told(await navigator.credentials.create({ publicKey: options }));
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    if (form.dataset.proved) return;
    event.preventDefault();
    const problem = form.querySelector("[data-problem]");
    problem.hidden = true;
    try {
      form.elements.credential.value = await prove(form);
      form.dataset.proved = "yes";
      form.requestSubmit();
    } catch {
      problem.hidden = false;
    }
  });
}
