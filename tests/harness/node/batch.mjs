// A batch with OpenAI's SDK for Node: reads {url, key, lines} from standard input, writes what came of it.
import { readFileSync } from "node:fs";
import OpenAI, { toFile } from "openai";

const { url, key, lines } = JSON.parse(readFileSync(0, "utf-8"));
const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: key });
const file = await client.files.create({ file: await toFile(Buffer.from(lines), "lines.jsonl"), purpose: "batch" });
const wanted = { input_file_id: file.id, endpoint: "/v1/images/generations", completion_window: "24h" };
let batch = await client.batches.create(wanted);
while (["validating", "in_progress", "finalizing"].includes(batch.status)) {
  await new Promise((resolve) => setTimeout(resolve, 200));
  batch = await client.batches.retrieve(batch.id);
}
const output = await (await client.files.content(batch.output_file_id)).text();
const deleted = await client.files.delete(file.id);
console.log(JSON.stringify({ batch, output, deleted: deleted.deleted }));
