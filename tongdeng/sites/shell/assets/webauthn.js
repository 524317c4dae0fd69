/* Security keys: asks the browser for a key's answer and sends it with the form. The server draws and checks the rest. */
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const known = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

function sent(found) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (found.response[name]) response[name] = text(found.response[name]);
  }
  return JSON.stringify({ id: found.id, rawId: text(found.rawId), type: found.type, response, clientExtensionResults: found.getClientExtensionResults() });
}

async function answer(asked) {
  const options = asked.publicKey;
  options.challenge = bytes(options.challenge);
  if (options.user) {
    options.user.id = bytes(options.user.id);
    options.excludeCredentials = known(options.excludeCredentials);
    return navigator.credentials.create({ publicKey: options });
  }
  options.allowCredentials = known(options.allowCredentials);
  return navigator.credentials.get({ publicKey: options });
}

const form = document.getElementById("key-form");
const asked = document.getElementById("key-options");
if (form && asked && window.PublicKeyCredential) {
  const button = form.querySelector("button");
  const fault = document.getElementById("key-fault");
  button.addEventListener("click", async (event) => {
    event.preventDefault();
    fault.hidden = true;
    try {
      form.elements.credential.value = sent(await answer(JSON.parse(asked.textContent)));
      form.submit();
    } catch {
      fault.hidden = false; // refused, timed out, or no key there: which one is the browser's secret
    }
  });
} else if (form) {
  document.getElementById("key-missing").hidden = false;
}
