// The page: its header and one of two views.
import { signal } from "@preact/signals";
import { render } from "preact";
import { useEffect } from "preact/hooks";
import { dark, toggleDark } from "./appearance.js";
import { Batches } from "./batches_view.js";
import { openBatches } from "./batches.js";
import { AskToken } from "./ask_token.js";
import { catalog, catalogError, loadCatalog, offers } from "./catalog.js";
import { fillLocalTokens } from "./credentials.js";
import { CredentialsDialog } from "./credentials_view.js";
import { factsOf, textOf } from "./errors.js";
import { RequestForm } from "./form_view.js";
import { Gallery } from "./gallery_view.js";
import { html } from "./html.js";
import { Icon } from "./icons.js";
import { announcement, resumeJobs } from "./jobs.js";
import { watchKey } from "./key.js";
import { language, setLanguage, t } from "./languages.js";
import { openGallery } from "./pictures.js";
import { QuotaDialog } from "./quota_view.js";
import { openForm } from "./request.js";
import { Viewer } from "./viewer.js";

const view = signal(location.hash === "#batches" ? "batches" : "pictures");
const tokensOpen = signal(false);
// Whether the catalog is loaded and the stored state is restored.
const ready = signal(false);

window.addEventListener("hashchange", () => {
  view.value = location.hash === "#batches" ? "batches" : "pictures";
});

function Page() {
  useEffect(() => {
    document.title = view.value === "batches" ? `${t("Batches")} · Easel` : "Easel";
  });
  if (catalogError.value) return html`<${Unreachable} />`;
  if (!ready.value) return html`<p class="loading" role="status">${t("Loading…")}</p>`;
  const openTokens = () => { tokensOpen.value = true; };
  return html`
    <${Head} onTokens=${openTokens} />
    <main>
      ${view.value === "batches"
        ? html`<${Batches} onTokens=${openTokens} />`
        : html`<div class="pictures"><${RequestForm} /><${Gallery} /></div>`}
    </main>
    <p class="hidden" role="status">${announcement.value}</p>
    <${Viewer} />
    <${AskToken} />
    ${tokensOpen.value && html`<${CredentialsDialog} onClose=${() => { tokensOpen.value = false; }} />`}
    <${QuotaDialog} />
  `;
}

function Head({ onTokens }) {
  const link = (name, href, label) => html`<a href=${href} aria-current=${view.value === name ? "page" : undefined}>${label}</a>`;
  const other = language.value === "zh" ? { id: "en", name: "English", lang: "en" } : { id: "zh", name: "中文", lang: "zh-Hans" };
  return html`
    <header class="head">
      <h1><a href="#"><svg viewBox="0 0 32 32" aria-hidden="true"><path d="M16 3v4M10.5 21 7 29M21.5 21l3.5 8M16 21v6" /><rect x="5" y="7" width="22" height="14" rx="2" /><path d="m8.5 18 5-5.5 4 4 2.5-2.5 3.5 4" /></svg>Easel</a></h1>
      <nav aria-label=${t("Views")}>
        ${link("pictures", "#", t("Pictures"))}
        ${offers("batches") && link("batches", "#batches", t("Batches"))}
        <a href="/docs">API</a>
      </nav>
      <div class="buttons">
        <button type="button" class="quiet" onClick=${onTokens}><${Icon} name="key" /> <span class="wide">${t("Tokens")}</span><span class="hidden narrow">${t("Tokens")}</span></button>
        <button type="button" class="quiet" lang=${other.lang} onClick=${() => setLanguage(other.id)}>${other.name}</button>
        <button type="button" class="quiet round" aria-pressed=${String(dark.value)} aria-label=${t("Dark")} onClick=${toggleDark}><${Icon} name=${dark.value ? "sun" : "moon"} /></button>
      </div>
    </header>
  `;
}

function Unreachable() {
  return html`
    <main class="empty" role="alert">
      <p>${textOf(factsOf(catalogError.value))}</p>
      <button type="button" class="primary" onClick=${begin}>${t("Try again")}</button>
    </main>
  `;
}

async function begin() {
  await Promise.all([loadCatalog(), openGallery()]);
  if (!catalog.value) return;
  fillLocalTokens();
  openForm();
  ready.value = true;
  resumeJobs();
  openBatches();
  watchKey();
}

render(html`<${Page} />`, document.getElementById("app"));
begin();
