// The Easel key's limits: a table in the dialog "Tokens", and a short text at the form.
import { ErrorText } from "./error_text.js";
import { html } from "./html.js";
import { key } from "./key.js";
import { clock, t } from "./languages.js";
import { QuotaButton } from "./quota_view.js";
import { KeyUsage } from "./usage_view.js";

// The counters by their names in the API, in the order of the table.
const counted = () => [
  ["picturesToday", t("Pictures today")],
  ["picturesThisMonth", t("Pictures this month")],
  ["callsThisMinute", t("Calls this minute")],
  ["callsAtOnce", t("Pictures in progress")],
];

export function KeyUse() {
  if (!key.value) return null;
  const { facts, error } = key.value;
  if (error) return html`<${ErrorText} error=${error} />`;
  return html`
    <section class="use" aria-label=${t("Limits of the key")}>
      <p><b>${facts.name}</b>${facts.expiresAt ? ` · ${t("until {time}", { time: clock(facts.expiresAt) })}` : ""} · ${facts.batches ? t("may run batches") : t("may not run batches")}</p>
      ${facts.models.join() !== "*" && html`<p class="hint">${t("Models: {models}", { models: facts.models.join(", ") })}</p>`}
      <dl>
        ${counted().map(([name, label]) => html`<${Use} key=${name} label=${label} ...${facts.use[name]} />`)}
      </dl>
      <${KeyUsage} />
      <div class="buttons"><${QuotaButton} /></div>
    </section>
  `;
}

function Use({ label, used, limit, resetsAt }) {
  const text = limit ? t("{n} of {all}", { n: used, all: limit }) : String(used);
  return html`
    <dt>${label}</dt>
    <dd>
      ${text}${limit > 0 && used >= limit && resetsAt ? `, ${t("available again from {time}", { time: clock(resetsAt) })}` : ""}
      ${limit > 0 && html`<progress aria-label=${label} max=${limit} value=${Math.min(used, limit)}></progress>`}
    </dd>
  `;
}

// One line: the pictures that the key still allows.
export function KeyLeft() {
  const use = key.value?.facts?.use;
  if (!use) return null;
  const limited = [use.picturesToday, use.picturesThisMonth].filter((one) => one?.limit);
  if (!limited.length) return null;
  const { left, resetsAt } = limited.reduce((least, one) => (one.left < least.left ? one : least));
  return html`<p class="hint" role="status">${t("Pictures left on your key until {time}: {n}", { n: left, time: clock(resetsAt) })}</p>`;
}
