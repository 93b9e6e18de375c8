// Writes a ZIP archive without compression, because pictures are compressed already.
// https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function checksum(bytes) {
  let value = 0xffffffff;
  for (const byte of bytes) value = TABLE[(value ^ byte) & 0xff] ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

// Returns numbers as two or four little-endian bytes each: fields([4, 0x04034b50], [2, 20]).
function fields(...numbers) {
  const bytes = new Uint8Array(numbers.reduce((sum, [size]) => sum + size, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [size, value] of numbers) {
    if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += size;
  }
  return bytes;
}

const NAMES_IN_UTF8 = 0x0800;

// Returns the archive of `[{ name, bytes }]` as a Blob.
export function zip(files) {
  const when = new Date();
  const time = (when.getHours() << 11) | (when.getMinutes() << 5) | (when.getSeconds() >> 1);
  const date = ((when.getFullYear() - 1980) << 9) | ((when.getMonth() + 1) << 5) | when.getDate();
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const { name, bytes } of files) {
    const title = new TextEncoder().encode(name);
    const size = bytes.length;
    const facts = [[2, 20], [2, NAMES_IN_UTF8], [2, 0], [2, time], [2, date], [4, checksum(bytes)], [4, size], [4, size], [2, title.length], [2, 0]];
    const head = fields([4, 0x04034b50], ...facts);
    directory.push(fields([4, 0x02014b50], [2, 20], ...facts, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]), title);
    parts.push(head, title, bytes);
    offset += head.length + title.length + size;
  }
  const length = directory.reduce((sum, part) => sum + part.length, 0);
  const end = fields([4, 0x06054b50], [2, 0], [2, 0], [2, files.length], [2, files.length], [4, length], [4, offset], [2, 0]);
  return new Blob([...parts, ...directory, end], { type: "application/zip" });
}
