// Code samples of a call. Tokens are placeholders, so that the code can be shared.
import { AUTO, providerOf } from "./catalog.js";
import { paysWithKey, tokensOf } from "./credentials.js";

export const LANGUAGES = [
  { id: "curl", name: "curl", write: curl },
  { id: "python", name: "Python", write: python },
  { id: "openai", name: "OpenAI SDK", write: openai, feature: "openai" },
  { id: "javascript", name: "JavaScript", write: javascript },
];

const EASEL_KEY = "your-easel-key";

function placeholder(providerId) {
  return `your-${providerId}-token`;
}

function tokenHeader(request) {
  if (paysWithKey(request)) return { Authorization: `Bearer ${EASEL_KEY}` };
  const { provider } = request;
  const shown = provider === AUTO ? tokensOf(request) : providerOf(provider)?.requiresAuth ? [provider] : [];
  return Object.fromEntries(shown.map((id) => [providerOf(id).authHeader, placeholder(id)]));
}

// Returns the API key for /v1. With several tokens, each has its provider's id as prefix.
function apiKey(request) {
  if (paysWithKey(request)) return EASEL_KEY;
  const { provider } = request;
  return provider === AUTO ? tokensOf(request).map((id) => `${id}:${placeholder(id)}`).join(",") : placeholder(provider);
}

function curl(request, origin) {
  const quote = (text) => `'${text.replaceAll("'", "'\\''")}'`;
  const headers = { ...tokenHeader(request), "Content-Type": "application/json" };
  const lines = [
    `curl -L ${quote(`${origin}/api/generate`)}`,
    ...Object.entries(headers).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`),
    `-d ${quote(JSON.stringify(request))}`,
  ];
  return lines.join(" \\\n  ");
}

// Returns a value in Python's syntax. JSON strings are valid Python strings.
function pythonValue(value, indent) {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const rows = Object.entries(value).map(([name, item]) => `${indent}    ${JSON.stringify(name)}: ${pythonValue(item, `${indent}    `)},\n`);
  return rows.length ? `{\n${rows.join("")}${indent}}` : "{}";
}

function python(request, origin) {
  return `import httpx

answer = httpx.post(
    "${origin}/api/generate",
    headers=${pythonValue(tokenHeader(request), "    ")},
    json=${pythonValue(request, "    ")},
    timeout=60,
    follow_redirects=True,
)
answer.raise_for_status()
job = answer.json()
while job.get("status") in ("queued", "running"):  # it takes longer than one call may
    job = httpx.get(f"${origin}/api/jobs/{job['jobId']}", params={"wait": 20}, timeout=60).json()
print(job["imageDetails"]["url"] if "imageDetails" in job else job["error"])
`;
}

function openai(request, origin) {
  const { provider, model, prompt, width, height, ...rest } = request;
  return `from openai import OpenAI

client = OpenAI(base_url="${origin}/v1", api_key=${JSON.stringify(apiKey(request))})
answer = client.images.generate(
    model=${JSON.stringify(`${provider}/${model}`)},
    prompt=${JSON.stringify(prompt)},
    size="${width}x${height}",
    extra_body=${pythonValue(rest, "    ")},
)
print(answer.data[0].url)
`;
}

function javascript(request, origin) {
  const indented = (value) => JSON.stringify(value, null, 2).replaceAll("\n", "\n  ");
  const headers = { ...tokenHeader(request), "Content-Type": "application/json" };
  return `const answer = await fetch("${origin}/api/generate", {
  method: "POST",
  headers: ${indented(headers)},
  body: JSON.stringify(${indented(request)}),
});
let job = await answer.json();
while (["queued", "running"].includes(job.status)) { // it takes longer than one call may
  job = await (await fetch(\`${origin}/api/jobs/\${job.jobId}?wait=20\`)).json();
}
console.log(job.imageDetails?.url ?? job.error);
`;
}
