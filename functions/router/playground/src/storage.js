// What the browser keeps for this page. A browser may refuse to keep anything; then the page works without.

export function read(name, otherwise, storage = "localStorage") {
  try {
    const text = window[storage].getItem(`easel.${name}`);
    return text === null ? otherwise : JSON.parse(text);
  } catch {
    return otherwise;
  }
}

export function write(name, value, storage = "localStorage") {
  try {
    if (value === undefined) window[storage].removeItem(`easel.${name}`);
    else window[storage].setItem(`easel.${name}`, JSON.stringify(value));
  } catch {
    // Full, or switched off: nothing here is worth a message.
  }
}
