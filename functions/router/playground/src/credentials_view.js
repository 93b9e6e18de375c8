// The dialog "Tokens".
import { catalog } from "./catalog.js";
import { credentials, forgetCredentials, keepCredentials, kept, needsKey, needsToken, setCredential } from "./credentials.js";
import { html } from "./html.js";
import { KeyUse } from "./key_view.js";
import { t } from "./languages.js";
import { Dialog, Field } from "./parts.js";
import { forgetErrors } from "./request.js";

export function CredentialsDialog({ onClose }) {
  return html`
    <${Dialog} title=${t("Tokens")} onClose=${onClose}>
      <form class="tokens" method="dialog">
        <p class="hint">${t("Tokens stay in this tab and are sent only to this Easel, in a header. Easel does not store them.")}</p>
        ${catalog.value.providers.map(
          (provider) => html`<${Token} key=${provider.id} name=${provider.id} header=${provider.authHeader} label=${provider.name} extra=${html`
            <a href=${provider.tokenUrl} target="_blank" rel="noopener noreferrer">${t("Get one")}</a>`}
            hint=${needsToken(provider) ? t("Required without an Easel key; sent as {header}", { header: provider.authHeader }) : t("Optional; without one the quota is smaller")} />`,
        )}
        <${Token} name="access" header="Authorization" label=${t("Easel key")}
          hint=${needsKey() ? t("Required here; ask the owner of this Easel") : t("Lets you use the tokens of this Easel, and run batches")} />
        <${KeyUse} />
        <label class="check">
          <input type="checkbox" checked=${kept.value} onChange=${(event) => keepCredentials(event.target.checked)} />
          <span>${t("Keep them on this device after the tab is closed")}</span>
        </label>
        <div class="buttons end">
          <button type="button" onClick=${forgetCredentials}>${t("Forget all")}</button>
          <button class="primary">${t("Done")}</button>
        </div>
      </form>
    <//>
  `;
}

function Token({ name, header, label, hint, extra }) {
  const id = `token-${name}`;
  const onInput = (event) => {
    setCredential(name, event.target.value);
    forgetErrors([header]);
  };
  return html`
    <${Field} id=${id} label=${label} hint=${hint} extra=${extra}>
      <input id=${id} type="password" autocomplete="off" spellcheck="false" aria-describedby=${`${id}-hint`}
        value=${credentials.value[name] ?? ""} onInput=${onInput} />
    <//>
  `;
}
