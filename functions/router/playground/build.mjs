// Builds dist/: one script of the page's modules and their packages, Swagger UI, and all licences.
import { cp, rm } from "node:fs/promises";
import { build } from "esbuild";

const COPIES = {
  "fraunces.LICENSE": "@fontsource/fraunces/LICENSE",
  "heading.woff2": "@fontsource/fraunces/files/fraunces-latin-600-normal.woff2",
  "htm.LICENSE": "htm/LICENSE",
  "preact.LICENSE": "preact/LICENSE",
  "signals-core.LICENSE": "@preact/signals-core/LICENSE",
  "signals.LICENSE": "@preact/signals/LICENSE",
  "swagger-ui.LICENSE": "swagger-ui-dist/LICENSE",
  "swagger-ui.NOTICE": "swagger-ui-dist/NOTICE",
  "swagger-ui.css": "swagger-ui-dist/swagger-ui.css",
  "swagger-ui.js": "swagger-ui-dist/swagger-ui-bundle.js",
  "swagger-ui.js.LICENSES": "swagger-ui-dist/swagger-ui-bundle.js.LICENSE.txt",
};

await rm("dist", { recursive: true, force: true });
await build({
  entryPoints: ["src/main.js"],
  outfile: "dist/app.js",
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  lineLimit: 120,
});
for (const [name, source] of Object.entries(COPIES)) await cp(`node_modules/${source}`, `dist/${name}`);
