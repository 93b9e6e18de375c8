// Families: the same weights at several providers, offered as models of a provider "Automatic".
import { AUTO, catalog, namesOf } from "./catalog.js";
import { credentials, usableMembers } from "./credentials.js";
import { t } from "./languages.js";

// Returns the families that the entered credentials can generate with.
export function offeredFamilies() {
  const some = Object.values(credentials.value).some(Boolean);
  return some ? catalog.value.families.filter((family) => usableMembers(family.id).length) : [];
}

export function isFamily(model) {
  return model.provider === AUTO;
}

// Returns a text with the providers that are tried for a family's picture.
export function triedProvidersText(family) {
  const names = usableMembers(family.id).map(({ provider }) => namesOf({ provider }).provider);
  const providers = names.join(t(", "));
  return names.length > 1 ? t("Tries {providers}.", { providers }) : t("Tries only {providers}. Add more tokens to offer more providers.", { providers });
}

// Returns a text with the family's providers that lack a feature, or "" for a model.
export function unsupportedAt(model, feature) {
  if (!isFamily(model)) return "";
  const names = usableMembers(model.id).filter(({ features }) => !features[feature]).map(({ provider }) => namesOf({ provider }).provider);
  return names.length ? t("not at {providers}", { providers: names.join(t(", ")) }) : "";
}

const CAUSES = {
  AUTH: () => t("it does not accept the token"),
  QUOTA: () => t("its quota is used up"),
  RATE: () => t("it accepts no calls now"),
  UPSTREAM: () => t("it cannot be reached"),
  PROVIDER: () => t("it has a problem"),
  MODEL: () => t("it no longer offers the model"),
  NOT: () => t("it does not have the model now"),
};

// Returns a text with the reason why a provider was skipped. The argument is an entry of the API's `tried`.
export function skippedText({ provider, code }) {
  const why = CAUSES[code.split("_")[0]]?.() ?? t("it did not accept the call");
  return t("{provider} was skipped: {why}.", { provider: namesOf({ provider }).provider, why });
}
