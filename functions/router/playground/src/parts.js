// Components that several views use.
import { useEffect, useRef, useState } from "preact/hooks";
import { html } from "./html.js";
import { Icon } from "./icons.js";
import { t } from "./languages.js";

// A field with its label, and a hint or an error.
export function Field({ id, label, hint, error, children, extra, className = "" }) {
  return html`
    <div class=${`field ${className} ${error ? "refused" : ""}`}>
      <div class="label"><label for=${id}>${label}</label>${extra}</div>
      ${children}
      ${hint && !error && html`<p class="hint" id=${`${id}-hint`}>${hint}</p>`}
      ${error && html`<p class="error" id=${`${id}-error`} role="alert">${error}</p>`}
    </div>
  `;
}

// Returns the attributes that connect an input with its hint or error for screen readers.
export function described(id, error, hint) {
  const by = error ? `${id}-error` : hint ? `${id}-hint` : undefined;
  return { "aria-describedby": by, "aria-invalid": error ? "true" : undefined };
}

// A row of radio buttons.
export function Choice({ name, label, options, value, onChoose, className }) {
  return html`
    <fieldset class=${`choice ${className}`}>
      <legend class=${className === "shapes" ? "hidden" : ""}>${label}</legend>
      ${options.map(
        (option) => html`
          <label key=${option.id} class=${`${option.id === value ? "chosen" : ""} ${option.whole ? "whole" : ""}`}>
            <input type="radio" name=${name} value=${option.id} checked=${option.id === value} onChange=${() => onChoose(option.id)} />
            ${option.shape && html`<${Shape} ...${option.shape} />`}
            <span>${option.name}${option.note && html`<small>${option.note}</small>`}</span>
          </label>
        `,
      )}
    </fieldset>
  `;
}

// A small frame with the given ratio.
function Shape({ width, height }) {
  const scale = 1.15 / Math.max(width, height);
  return html`<span class="shape" style=${{ width: `${width * scale}rem`, height: `${height * scale}rem` }}></span>`;
}

// A modal dialog. The browser's <dialog> keeps the focus inside, and Escape closes it.
export function Dialog({ title, className = "", onClose, children }) {
  const ref = useRef(null);
  useEffect(() => {
    const before = document.activeElement;
    ref.current.showModal();
    return () => before?.focus?.();
  }, []);
  const onClick = (event) => event.target === ref.current && onClose();
  return html`
    <dialog ref=${ref} class=${className} aria-label=${title} onClose=${onClose} onClick=${onClick}>
      <div class="dialog-inside">
        <header>
          <h2>${title}</h2>
          <button type="button" class="quiet round" aria-label=${t("Close")} onClick=${onClose}><${Icon} name="close" /></button>
        </header>
        ${children}
      </div>
    </dialog>
  `;
}

// A confirmation before an action that cannot be undone.
export function Confirm({ title, text, yes, onYes, onClose }) {
  return html`
    <${Dialog} title=${title} className="small" onClose=${onClose}>
      <p>${text}</p>
      <div class="buttons end">
        <button type="button" onClick=${onClose}>${t("Cancel")}</button>
        <button type="button" class="primary" onClick=${() => { onClose(); onYes(); }}>${yes}</button>
      </div>
    <//>
  `;
}

export function CopyButton({ text, label, compact }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return html`
    <button type="button" class=${compact ? "quiet round" : "quiet"} title=${compact ? label : undefined} onClick=${copy}>
      <${Icon} name=${copied ? "check" : "copy"} /> <span class=${compact ? "hidden" : ""} aria-live="polite">${copied ? t("Copied") : label}</span>
    </button>
  `;
}

// Tabs with arrow keys: https://www.w3.org/WAI/ARIA/apg/patterns/tabs/
export function Tabs({ id, label, tabs, value, onChoose }) {
  const move = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const at = tabs.findIndex((tab) => tab.id === value);
    const next = tabs[(at + step + tabs.length) % tabs.length];
    onChoose(next.id);
    document.getElementById(`${id}-${next.id}`).focus();
  };
  return html`
    <div class="tabs" role="tablist" aria-label=${label} onKeyDown=${move}>
      ${tabs.map(
        (tab) => html`
          <button key=${tab.id} type="button" role="tab" id=${`${id}-${tab.id}`} aria-controls=${`${id}-panel`}
            aria-selected=${String(tab.id === value)} tabindex=${tab.id === value ? 0 : -1} onClick=${() => onChoose(tab.id)}>
            ${tab.name}
          </button>
        `,
      )}
    </div>
  `;
}
