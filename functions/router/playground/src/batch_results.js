// What became of a batch's lines so far: pages of results, each asked for again until all its pictures have ended.
import { call } from "./api.js";
import { accessHeaders } from "./credentials.js";

const LIMIT = 100;
// Of a larger batch the page has the first pictures; the file has all.
const MOST_PAGES = 20;
// Pages that one look asks for. Each costs as many reads of the table as it has pictures.
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

  // Whether these are results of that run; those of another one have cursors of their own.
  isOf(run) {
    return this.#run === run;
  }

  // What has ended, in the manifest's order.
  get lines() {
    return this.#pages.flatMap(({ lines }) => lines.filter(({ status }) => ENDED.includes(status)));
  }

  // Whether the batch has more pictures than are asked for here.
  get more() {
    return this.#pages.length === MOST_PAGES && Boolean(this.#pages.at(-1).next);
  }

  // Asks for the pages that have waited longest; false when all of them have ended. `over`: the whole batch has ended.
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
    if (this.#pages.length < MOST_PAGES) this.#pages.push({ cursor: body.next, asked: 0, lines: [], settled: false });
  }
}
