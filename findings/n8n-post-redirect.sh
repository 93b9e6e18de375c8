#!/usr/bin/env bash
# n8n's OpenAI node does not follow a redirect. It fails with "303", although the picture is at the address in the 303.
# n8n's HTTP layer follows redirects of a POST with `request`. The node uses `requestLegacy`, which needs the option
# `followAllRedirects`, and the node does not set it. This script runs the node's own file on n8n's HTTP layer, with an
# object that has the node's parameters instead of n8n's engine. Needs Node as well.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --ignore-scripts --no-audit --no-fund --prefix . \
  @n8n/backend-network@1.15.1 n8n-workflow@2.41.0 zod@3.25.76
npm pack --silent @n8n/n8n-nodes-langchain@2.41.1 >/dev/null
tar -xzf n8n-n8n-nodes-langchain-2.41.1.tgz
cat >call.cjs <<'NODE'
const { createServer } = require("node:http");
const { once } = require("node:events");
const { Container } = require("@n8n/di");
const { OutboundHttp } = require("@n8n/backend-network");
const { execute } = require("./package/dist/nodes/vendors/OpenAi/v2/actions/image/generate.operation.js");

const answer = JSON.stringify({ data: [{ b64_json: Buffer.from("a picture").toString("base64") }] });
const server = createServer((request, response) => {
  request.resume();
  if (request.method === "POST") response.writeHead(303, { location: "/later" }).end("{}");
  else response.writeHead(200, { "content-type": "application/json" }).end(answer);
});

async function outcome(call) {
  try {
    return (await call()) ? "picture" : "nothing";
  } catch (error) {
    return error.message.slice(0, 3);
  }
}

(async () => {
  await once(server.listen(0, "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${server.address().port}`;
  const http = Container.get(OutboundHttp).requests();
  const parameters = { modelId: "dall-e-3", prompt: "a cat", options: {} };
  const node = (options) => ({
    getNode: () => ({ name: "OpenAI", typeVersion: 2.3 }),
    getNodeParameter: (name) => ({ ...parameters })[name],
    getCredentials: async () => ({ url, apiKey: "none" }),
    helpers: {
      requestWithAuthentication: (_, sent) => http.requestLegacy({ ...sent, ...options }),
      prepareBinaryData: async (data) => ({ bytes: data.length }),
    },
  });
  const post = { method: "POST", url, body: { prompt: "a cat" }, json: true };
  const came = {
    node: await outcome(() => execute.call(node({}), 0)),
    nodeFollowing: await outcome(() => execute.call(node({ followAllRedirects: true }), 0)),
    request: await outcome(async () => (await http.request(post)).data),
  };
  console.log("n8n-nodes-langchain 2.41.1, backend-network 1.15.1, Node", process.versions.node, came);
  server.close();
  const expected = { node: "303", nodeFollowing: "picture", request: "picture" };
  require("node:assert").deepEqual(came, expected, "n8n behaves otherwise now");
  console.log("OK: n8n's OpenAI node fails with 303; n8n's other function for POST follows the redirect.");
  process.exit();
})();
NODE
node call.cjs
