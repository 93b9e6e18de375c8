// Tabs with code samples of a call.
import { useState } from "preact/hooks";
import { offers } from "./catalog.js";
import { LANGUAGES } from "./code_samples.js";
import { html } from "./html.js";
import { t } from "./languages.js";
import { CopyButton, Tabs } from "./parts.js";

// Replaces the address of a local file, which other programs cannot read.
function withExample(request) {
  return request.image?.startsWith("blob:") ? { ...request, image: "https://example.com/cat.png" } : request;
}

export function Code({ id, request }) {
  const languages = LANGUAGES.filter(({ feature }) => !feature || offers(feature));
  const [chosen, setChosen] = useState(languages[0].id);
  const text = languages.find((language) => language.id === chosen).write(withExample(request), location.origin);
  return html`
    <div class="code">
      <div class="code-head">
        <${Tabs} id=${id} label=${t("Programming language")} tabs=${languages} value=${chosen} onChoose=${setChosen} />
        <${CopyButton} text=${text} label=${t("Copy")} compact />
      </div>
      <pre id=${`${id}-panel`} role="tabpanel" aria-labelledby=${`${id}-${chosen}`} tabindex="0"><code>${text}</code></pre>
    </div>
  `;
}
