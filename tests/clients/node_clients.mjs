// Clients for Node: reads the cases of one client as JSON, prints each one's outcome as JSON, as python_clients.py does.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const AT_ONCE = 2;
const require = createRequire(import.meta.url);

const body = ({ model, prompt, format }) => ({ model, prompt, ...(format && { response_format: format }) });
const headers = ({ key }) => ({ authorization: `Bearer ${key}`, "content-type": "application/json" });
const address = ({ url }) => `${url}/images/generations`;

function picture({ format }, status, answer) {
  if (status !== 200) throw new Error(`HTTP ${status}: ${JSON.stringify(answer).slice(0, 200)}`);
  return answer.data[0][format || "url"];
}

const clients = {
  async openaiNode(asked) {
    const { default: OpenAI } = await import("openai");
    const client = new OpenAI({ baseURL: asked.url, apiKey: asked.key });
    return picture(asked, 200, await client.images.generate(body(asked)));
  },

  async openaiStream(asked) {
    const { default: OpenAI } = await import("openai");
    const client = new OpenAI({ baseURL: asked.url, apiKey: asked.key });
    for await (const event of await client.images.generate({ ...body(asked), stream: true, partial_images: 2 }))
      if (event.type === "image_generation.completed") return event.b64_json;
  },

  async vercel({ url, key, model, prompt }) {
    const { createOpenAI } = await import("@ai-sdk/openai");
    const { generateImage } = await import("ai");
    const provider = createOpenAI({ baseURL: url, apiKey: key });
    const { image } = await generateImage({ model: provider.image(model), prompt, size: "512x512" });
    return image.uint8Array.length;
  },

  // The node's own `execute` on n8n's own HTTP layer. What n8n's engine gives both is written here: the node's
  // parameters, and `requestWithAuthentication`, which adds the token.
  async n8n({ url, key, model, prompt, format }) {
    const { Container } = require("@n8n/di");
    const { OutboundHttp } = require("@n8n/backend-network");
    const { execute } = require("./n8n/package/dist/nodes/vendors/OpenAi/v2/actions/image/generate.operation.js");
    const http = Container.get(OutboundHttp).requests();
    const options = { returnImageUrls: format === "url" };
    const parameters = { modelId: model, prompt, options };
    const node = {
      getNode: () => ({ name: "OpenAI", typeVersion: 2.3 }),
      getNodeParameter: (name) => parameters[name],
      getCredentials: async () => ({ url, apiKey: key }),
      helpers: {
        requestWithAuthentication: (_, sent) =>
          http.requestLegacy({ ...sent, headers: { ...sent.headers, Authorization: `Bearer ${key}` } }),
        prepareBinaryData: async (data) => ({ bytes: data.length }),
      },
    };
    const [item] = await execute.call(node, 0);
    return format === "url" ? item.json.url : item.json.bytes;
  },

  async nodeFetch(asked) {
    const answer = await fetch(address(asked), {
      method: "POST",
      body: JSON.stringify(body(asked)),
      headers: headers(asked),
    });
    return picture(asked, answer.status, await answer.json());
  },

  async axiosPost(asked) {
    const { default: axios } = await import("axios");
    const answer = await axios.post(address(asked), body(asked), { headers: headers(asked) });
    return picture(asked, answer.status, answer.data);
  },

  async gotPost(asked) {
    const { default: got } = await import("got");
    const answer = await got.post(address(asked), { json: body(asked), headers: headers(asked), responseType: "json" });
    return picture(asked, answer.statusCode, answer.body);
  },

  async superagentPost(asked) {
    const { default: superagent } = await import("superagent");
    const answer = await superagent.post(address(asked)).set(headers(asked)).send(body(asked));
    return picture(asked, answer.status, answer.body);
  },

  async needlePost(asked) {
    const { default: needle } = await import("needle");
    const options = { json: true, headers: headers(asked), ...(asked.switch && { follow_max: 9 }) };
    const answer = await needle("post", address(asked), body(asked), options);
    return picture(asked, answer.statusCode, answer.body);
  },

  async undiciRequest(asked) {
    const { Agent, interceptors, request } = await import("undici");
    const dispatcher = asked.switch && new Agent().compose(interceptors.redirect({ maxRedirections: 9 }));
    const sent = { method: "POST", body: JSON.stringify(body(asked)), headers: headers(asked) };
    const answer = await request(address(asked), { ...sent, ...(dispatcher && { dispatcher }) });
    return picture(asked, answer.statusCode, await answer.body.json());
  },
};

async function outcome(call, asked) {
  try {
    return (await call(asked)) ? { picture: true } : { error: "an answer without a picture" };
  } catch (error) {
    return { error: `${error.name}: ${error.message}`.slice(0, 300) };
  }
}

const cases = JSON.parse(readFileSync(0, "utf8"));
const outcomes = [];
const left = cases.entries();
async function work() {
  for (const [place, asked] of left) outcomes[place] = await outcome(clients[process.argv[2]], asked);
}
await Promise.all(Array.from({ length: AT_ONCE }, work));
console.log(JSON.stringify(outcomes));
process.exit();
