// A batch's results so far. Each page of results is requested until all its pictures have ended.
import { call } from "./api.js";
import { accessHeaders } from "./credentials.js";

const LIMIT = 100;
// Of a larger batch, only the first results are shown. The results file has all of them.
const MAX_PAGES = 20;
// Pages per call of `look`. A page costs a read of the table for each of its pictures.
const AT_ONCE = 3;
const ENDED = ["succeeded", "failed", "cancelled"];

export class BatchResults {
  #id;
  #run;
  #pages = [{ cursor: "", asked: 0, lines: [], settled: false }];
  #looks = 0;

  constructor(id, run) {
    this.#id = id;
    this.#run = run;
  }

  // Whether these are results of that run. Another run has other cursors.
  isOf(run) {
    return this.#run === run;
  }

  // The results of ended pictures, in the manifest's order.
  get lines() {
    return this.#pages.flatMap(({ lines }) => lines.filter(({ status }) => ENDED.includes(status)));
  }

  // Whether the batch has more results than MAX_PAGES pages.
  get more() {
    return this.#pages.length === MAX_PAGES && Boolean(this.#pages.at(-1).next);
  }

  // Requests the least recently read pages. Returns false if all pages have ended. `over`: the whole batch has ended.
  async look(over = false) {
    const open = this.#pages.filter(({ settled }) => !settled);
    for (const page of open.sort((one, other) => one.asked - other.asked).slice(0, AT_ONCE)) await this.#read(page, over);
    return open.length > 0;
  }

  async #read(page, over) {
    const path = `/api/batches/${this.#id}/results?limit=${LIMIT}&cursor=${page.cursor}`;
    const { body } = await call("GET", path, { headers: accessHeaders() });
    page.asked = ++this.#looks;
    page.lines = body.results;
    page.settled = over || (body.results.length > 0 && body.results.every(({ status }) => ENDED.includes(status)));
    if (page.next || !body.next) return;
    page.next = body.next;
    if (this.#pages.length < MAX_PAGES) this.#pages.push({ cursor: body.next, asked: 0, lines: [], settled: false });
  }
}
