// An agent with MCP's client for JavaScript: reads {url, key, mode, steps} from standard input, and calls one tool after
// the other. A step is [tool, arguments]; "$name" in its arguments is a fact of the result before.
import { readFileSync } from "node:fs";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";

const { url, key, mode, steps } = JSON.parse(readFileSync(0, "utf-8"));
const requestInit = { headers: { Authorization: `Bearer ${key}` } };
const client = new Client({ name: "agent", version: "1" }, { versionNegotiation: { mode } });
await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }));
const tools = (await client.listTools()).tools.map((tool) => tool.name);
const results = [];
for (const [name, given] of steps) {
  const facts = results.at(-1)?.structuredContent ?? {};
  const args = JSON.parse(JSON.stringify(given), (_, value) => (value?.[0] === "$" ? facts[value.slice(1)] : value));
  results.push(await client.callTool({ name, arguments: args }, { onprogress: () => {} }));
}
console.log(JSON.stringify({ version: client.getNegotiatedProtocolVersion(), tools, results }));
await client.close();
