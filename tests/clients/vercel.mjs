// Vercel's AI SDK: reads cases as JSON, prints each one's outcome as JSON, as python_clients.py does.
import { createOpenAI } from "@ai-sdk/openai";
import { generateImage } from "ai";
import { readFileSync } from "node:fs";

async function outcome({ name, url, key, model, prompt }) {
  try {
    const provider = createOpenAI({ baseURL: url, apiKey: key });
    const { image } = await generateImage({ model: provider.image(model), prompt, size: "512x512" });
    return { name, picture: image.uint8Array.length > 0 };
  } catch (error) {
    return { name, error: `${error.name}: ${error.message}`.slice(0, 300) };
  }
}

console.log(JSON.stringify(await Promise.all(JSON.parse(readFileSync(0, "utf8")).map(outcome))));
