// A failed generation: its error, and a button for each remedy.
import { askToken, generateOrAsk } from "./ask_token.js";
import { AUTO, namesOf } from "./catalog.js";
import { remediesOf, textOf, waitOf } from "./errors.js";
import { html } from "./html.js";
import { SkippedProviders } from "./skipped_view.js";
import { Icon } from "./icons.js";
import { again, dismiss } from "./jobs.js";
import { t } from "./languages.js";
import { fillForm, form, requestFor } from "./request.js";

function editOf(field) {
  if (["width", "height", "size"].includes(field)) return t("Pick another size");
  return { prompt: t("Edit the prompt"), model: t("Choose another model") }[field] ?? t("Change it");
}

// Fills the form with the request, and focuses the field to change.
function edit(job, field) {
  fillForm(job.asked);
  dismiss(job.key);
  requestAnimationFrame(() => {
    const input = document.getElementById(field) ?? document.getElementById("prompt");
    input.focus();
    input.scrollIntoView({ block: "center" });
  });
}

// Generates the same picture with another provider, and removes the failed job.
function elsewhere(job, model) {
  const { asked, group, place } = job;
  generateOrAsk([requestFor(model, { ...form.value, ...asked }, asked.seed ?? "")], { group, place });
  dismiss(job.key);
}

export function Failed({ job }) {
  const { error, key, asked } = job;
  const remedies = remediesOf(error);
  const wait = waitOf(error);
  const payer = asked.provider === AUTO ? error.provider : asked.provider;
  const [name, enter] = error.field === "Authorization" || !payer ? ["access", t("Enter the key")] : [payer, t("Enter a token")];
  return html`
    <p class="error">${textOf(error)}</p>
    ${wait && html`<p class="hint">${wait}</p>`}
    <${SkippedProviders} tried=${error.tried} />
    <div class="buttons">
      ${remedies.token && html`<button type="button" onClick=${() => askToken(name, () => again(key))}><${Icon} name="key" /> ${enter}</button>`}
      ${remedies.edit && !asked.url && html`<button type="button" onClick=${() => edit(job, remedies.edit)}>${editOf(remedies.edit)}</button>`}
      ${remedies.again && html`<button type="button" onClick=${() => again(key)}><${Icon} name="again" /> ${t("Try again")}</button>`}
      ${remedies.elsewhere.map((model) => html`
        <button key=${model.provider} type="button" onClick=${() => elsewhere(job, model)}>${t("Use {provider}", namesOf({ provider: model.provider }))}</button>`)}
      <button type="button" class="quiet round dismiss" aria-label=${t("Dismiss")} title=${t("Dismiss")} onClick=${() => dismiss(key)}><${Icon} name="close" /></button>
    </div>
    <details class="why"><summary><code>${error.code}</code></summary><p class="hint" lang="en">${error.message}</p></details>
  `;
}
