// Swagger UI on this deployment's own description, light or dark as the page at `/` or the device is set. Tokens that
// are entered are forgotten with the page.
const device = window.matchMedia("(prefers-color-scheme: dark)");

function show() {
  let chosen = null;
  try {
    chosen = JSON.parse(localStorage.getItem("easel.appearance"));
  } catch {
    // A browser that keeps nothing.
  }
  document.documentElement.classList.toggle("dark-mode", chosen ? chosen === "dark" : device.matches);
}

device.addEventListener("change", show);
show();

// At the start Swagger UI resolves the references in the security schemes, which takes a phone many seconds, since the
// whole description is read for it. These have none.
const schemesAsTheyAre = {
  statePlugins: {
    spec: {
      wrapActions: {
        requestResolvedSubtree: (resolve) => (path) => (path.join() === "components,securitySchemes" ? undefined : resolve(path)),
      },
    },
  },
};

// The first group alone is open: a phone draws four times less before the page can be used.
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
  plugins: [schemesAsTheyAre],
  validatorUrl: null,
});
