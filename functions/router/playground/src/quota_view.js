// The dialog with the quotas of this deployment's tokens.
import { namesOf } from "./catalog.js";
import { credentials } from "./credentials.js";
import { ErrorText } from "./error_text.js";
import { html } from "./html.js";
import { Icon } from "./icons.js";
import { clock, clockWithZone, t } from "./languages.js";
import { Dialog } from "./parts.js";
import { loadQuota, openQuota, quota, quotaOpen } from "./quota.js";

export function QuotaButton() {
  if (!credentials.value.access) return null;
  return html`<button type="button" onClick=${openQuota}><${Icon} name="gauge" /> ${t("Quotas of this Easel")}</button>`;
}

export function QuotaDialog() {
  if (!quotaOpen.value) return null;
  const { providers, error, at } = quota.value ?? {};
  return html`
    <${Dialog} title=${t("Quotas of this Easel")} className="quotas" onClose=${() => { quotaOpen.value = false; }}>
      <p class="hint">${t("The remaining quotas of this Easel's tokens, which generate pictures for keys and batches.")}</p>
      ${!quota.value && html`<p role="status">${t("Loading the providers' quotas…")}</p>`}
      ${error && html`<${ErrorText} error=${error} />`}
      ${providers?.map((provider) => html`<${OfProvider} key=${provider.provider} ...${provider} />`)}
      ${quota.value && html`
        <div class="buttons end">
          ${at && html`<span class="hint">${t("As of {time}, at most a minute old", { time: clockWithZone(at) })}</span>`}
          <button type="button" onClick=${loadQuota}><${Icon} name="again" /> ${t("Refresh")}</button>
        </div>`}
    <//>
  `;
}

function OfProvider({ provider, tokens, models, renewsAt, unknown }) {
  const name = namesOf({ provider }).provider;
  return html`
    <section aria-label=${name}>
      <h3>${name}</h3>
      ${unknown ? html`<p class="hint">${t("It does not respond. Try again later.")}</p>`
        : tokens.length === 0 && html`<p class="hint">${t("This Easel has no token for it.")}</p>`}
      <ul>${tokens.map((token) => html`<${Token} key=${token.name} provider=${provider} ...${token} />`)}</ul>
      ${models.map((rest) => html`<p key=${rest.model} class="hint">${t("{model} accepts no calls until {time}.", restOf(provider, rest))} <${Why} reason=${rest.reason} /></p>`)}
      ${renewsAt && html`<p class="hint">${t("Daily quotas reset at {time}.", { time: clockWithZone(renewsAt) })}</p>`}
    </section>
  `;
}

const STATES = {
  usable: () => t("usable"),
  resting: (values) => t("paused until {time}", values),
  "used up": (values) => t("used up until {time}", values),
};

function Token({ provider, name, state, until, reason, refused, drawnToday, fullAfter, allowance }) {
  const number = /^token (\d+)$/.exec(name)?.[1];
  const drawn = fullAfter ? t("{n} of about {all} pictures today", { n: drawnToday, all: fullAfter })
    : drawnToday === 1 ? t("1 picture today") : t("{n} pictures today", { n: drawnToday });
  return html`
    <li>
      <p class="state"><b>${number ? t("token {n}", { n: number }) : name === "no token" ? t("without a token") : name}</b>
        <span class=${`badge ${state === "usable" ? "running" : ""}`}>${STATES[state]({ time: until && clockWithZone(until) })}</span></p>
      <p>${drawn}</p>
      ${allowance && html`<p>${allowanceText(allowance)}</p>`}
      ${allowance?.total > 0 && html`<progress aria-label=${t("Left")} max=${allowance.total} value=${Math.min(allowance.left, allowance.total)}></progress>`}
      ${reason && html`<p class="hint"><${Why} reason=${reason} /></p>`}
      ${refused.map((rest) => html`<p key=${rest.model} class="hint">${t("Refused for {model} until {time}.", restOf(provider, rest))} <${Why} reason=${rest.reason} /></p>`)}
    </li>
  `;
}

function restOf(provider, { model, until }) {
  return { model: namesOf({ provider, model }).model, time: clockWithZone(until) };
}

const UNITS = {
  magicubes: (values) => (values.all ? t("{n} of {all} magicubes left", values) : t("{n} magicubes left", values)),
  seconds: (values) => (values.all ? t("{n} of {all} s of GPU time left", values) : t("{n} s of GPU time left", values)),
  CNY: (values) => (values.all ? t("{n} of {all} yuan left", values) : t("{n} yuan left", values)),
};

// Returns a text with the provider's figure, the time of its next renewal, and the time when it was read.
function allowanceText({ left, unit, total, resetsAt, readAt }) {
  const values = { n: left.toLocaleString(), all: total ? total.toLocaleString() : "" };
  const more = resetsAt ? t("more at {time}", { time: clockWithZone(resetsAt) }) : "";
  return [UNITS[unit](values), more, t("read at {time}", { time: clock(readAt) })].filter(Boolean).join(" · ");
}

// The API's own text, in English.
function Why({ reason }) {
  return html`<small lang="en">${reason}</small>`;
}
