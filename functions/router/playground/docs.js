// Swagger UI with this deployment's OpenAPI document. It is light or dark like the page at `/`. Entered tokens are not
// stored.
const device = window.matchMedia("(prefers-color-scheme: dark)");

function show() {
  let chosen = null;
  try {
    chosen = JSON.parse(localStorage.getItem("easel.appearance"));
  } catch {
    // The browser stores nothing.
  }
  document.documentElement.classList.toggle("dark-mode", chosen ? chosen === "dark" : device.matches);
}

device.addEventListener("change", show);
show();

// At its start, Swagger UI resolves references in the security schemes. They have none, but the whole document is read for
// it, which takes many seconds on a phone. So this step is skipped.
const unresolvedSchemes = {
  statePlugins: {
    spec: {
      wrapActions: {
        requestResolvedSubtree: (resolve) => (path) => (path.join() === "components,securitySchemes" ? undefined : resolve(path)),
      },
    },
  },
};

// Only the first group is expanded, so that a phone renders a quarter of the page before it can be used.
const docs = SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  defaultModelsExpandDepth: -1,
  displayRequestDuration: true,
  persistAuthorization: false,
  tryItOutEnabled: true,
  docExpansion: "none",
  onComplete: () => docs.layoutActions.show(["operations-tag", "generate"], true),
  plugins: [unresolvedSchemes],
  validatorUrl: null,
});
