// Starts a generation, or asks for the missing token or key first, with an alternative that needs no token.
import { signal } from "@preact/signals";
import { AUTO, modelOf, modelsOf, providerOf } from "./catalog.js";
import { canCall, credentials, needsKey, setCredential } from "./credentials.js";
import { freeProvider } from "./errors.js";
import { html } from "./html.js";
import { Icon } from "./icons.js";
import { generate } from "./jobs.js";
import { t } from "./languages.js";
import { Dialog, Field } from "./parts.js";
import { fieldErrors, forgetErrors, form, requestFor, fillForm } from "./request.js";

// `{ name, go, requests }`: the provider of the requested token, and what to do when it is entered; null if none is requested.
const asked = signal(null);

// Shows an error at the form's field. Returns false if the error is not about a field of the form.
export function refuse(facts) {
  if (!facts.code.startsWith("INVALID_") || !document.getElementById(facts.field)) return false;
  fieldErrors.value = { ...fieldErrors.value, [facts.field]: facts };
  return true;
}

export function generateOrAsk(requests, options = {}) {
  const [{ provider, model, prompt }] = requests;
  if (!prompt.trim()) return refuse({ code: "INVALID_PROMPT", field: "prompt", asked: requests[0] });
  const go = () => {
    generate(requests, { onRefused: refuse, ...options });
    // On a phone, the gallery is below the form.
    if (window.matchMedia("(max-width: 60rem)").matches) document.querySelector(".gallery").scrollIntoView();
  };
  if (canCall(provider, model)) return go();
  return askToken(needsKey() || provider === AUTO ? "access" : provider, go, requests);
}

// Asks for a provider's token, or for the Easel key if `name` is `access`.
export function askToken(name, go, requests) {
  asked.value = { name, go, requests };
}

export function AskToken() {
  if (!asked.value) return null;
  const { name, go, requests } = asked.value;
  const provider = name === "access" ? null : providerOf(name);
  const free = provider && requests && freeProvider();
  const close = () => { asked.value = null; };
  const save = (event) => {
    event.preventDefault();
    if (!credentials.value[name]) return;
    close();
    forgetErrors(["Authorization", provider?.authHeader]);
    go();
  };
  const title = provider ? t("A token for {provider}", { provider: provider.name }) : t("Easel key");
  return html`
    <${Dialog} key=${name} title=${title} className="small" onClose=${close}>
      <form class="ask" onSubmit=${save}>
        <p>${provider
          ? t("{provider} uses your own account there. Get a token and paste it here to start.", { provider: provider.name })
          : needsKey() ? t("This Easel needs a key. Ask its owner for one.")
          : t("A key lets you use this Easel's own tokens. Ask its owner for one.")}</p>
        <${Field} id="asked-token" label=${provider ? t("Token") : t("Easel key")} hint=${t("It stays in this tab and is sent only to this Easel.")}
          extra=${provider && html`<a href=${provider.tokenUrl} target="_blank" rel="noopener noreferrer">${t("Get a token")} ↗</a>`}>
          <input id="asked-token" type="password" autocomplete="off" spellcheck="false" autofocus aria-describedby="asked-token-hint"
            value=${credentials.value[name] ?? ""} onInput=${(event) => setCredential(name, event.target.value)} />
        <//>
        <button class="primary large" disabled=${!credentials.value[name]}>${requests ? t("Save and generate") : t("Save and try again")}</button>
      </form>
      ${free && html`
        <p class="or"><span>${t("or")}</span></p>
        <button type="button" class="large free" onClick=${() => { close(); withoutToken(free, requests); }}>
          <${Icon} name="spark" /> ${t("Generate with {provider}, without a token", { provider: free.name })}</button>`}
      ${provider && html`
        <button type="button" class="quiet" onClick=${() => askToken("access", go, requests)}><${Icon} name="key" /> ${t("I have an Easel key")}</button>`}
    <//>
  `;
}

// Moves the requests to the provider that needs no token, also in the form, and starts them.
function withoutToken({ id }, requests) {
  const family = modelOf(requests[0].provider, requests[0].model)?.family;
  const model = modelsOf(id).find((one) => one.family === family) ?? modelsOf(id)[0];
  const moved = requests.map((request) => requestFor(model, { ...form.value, ...request }, request.seed ?? ""));
  fillForm(moved[0]);
  generateOrAsk(moved);
}
