// The browser's storage for this page. If the browser refuses to store, the page works without.

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
    // The storage is full or disabled. The stored data is not important enough for an error.
  }
}
