// One call of OpenAI's SDK: reads it as JSON from standard input, and writes what came of it.
import OpenAI, { toFile } from "openai";
import { text } from "node:stream/consumers";

const { url, key, method, called, options } = JSON.parse(await text(process.stdin));
const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, ...options });
const calls = {
  "images.generate": async () => {
    const answer = await client.images.generate(called);
    if (!called.stream) return answer;
    const events = [];
    for await (const event of answer) events.push(event);
    return events;
  },
  "images.edit": async () => {
    const image = await toFile(Buffer.from(called.image, "base64"), "cat.png", { type: "image/png" });
    return client.images.edit({ ...called, image });
  },
  "models.list": async () => (await client.models.list()).data,
  "models.retrieve": () => client.models.retrieve(called.model),
};
try {
  console.log(JSON.stringify({ body: await calls[method]() }));
} catch (error) {
  const { status, code, type, param, message } = error;
  console.log(JSON.stringify({ error: error.constructor.name, status, reason: { code, type, param, message } }));
}
