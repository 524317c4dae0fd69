import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import postcss from "postcss";
import { defineConfig } from "vite";

const sites = resolve(import.meta.dirname, "tongdeng/sites");
const assets = join(sites, "shell/assets");
const chrome = 119 << 16; // the oldest browser that understands Tabler's relative colours

/** Every word that a template, a template tag or a module could use as a class name. */
function wordsInUse() {
  const files = readdirSync(sites, { recursive: true }).filter((name) => /\.(html|py|js)$/.test(name) && !name.includes("dist"));
  return new Set(files.flatMap((name) => readFileSync(join(sites, name), "utf8").match(/[a-z][\w-]*/gi) ?? []));
}

/** Is this a selector no page of ours can match: a class nobody writes, or the dark theme? */
function isUnused(selector, words) {
  if (selector.includes("[data-bs-theme")) return true;
  // What stands inside :not(), :is() and :where() is an exception or a choice, not a need.
  const needed = selector.replace(/:(not|is|where)\([^()]*(\([^()]*\)[^()]*)*\)/g, "");
  return [...needed.matchAll(/\.(-?[a-z_][\w-]*)/gi)].some(([, name]) => !words.has(name));
}

/** Keep of Tabler only the rules that our pages use: 620 kB would otherwise travel to each office PC. */
function onlyTablerInUse() {
  return {
    name: "only-tabler-in-use",
    enforce: "pre",
    transform(code, id) {
      if (!/@tabler\/core\/.*\.css$/.test(id)) return null;
      const words = wordsInUse();
      const sheet = postcss.parse(code);
      sheet.walkRules((rule) => {
        if (rule.parent.name?.endsWith("keyframes")) return;
        const used = rule.selectors.filter((selector) => !isUnused(selector, words));
        if (used.length) rule.selectors = used;
        else rule.remove();
      });
      return { code: sheet.toString(), map: null };
    },
  };
}

export default defineConfig({
  base: "./",
  publicDir: false,
  plugins: [onlyTablerInUse()],
  css: { transformer: "lightningcss", lightningcss: { targets: { chrome } } },
  build: {
    outDir: join(sites, "shell/static/dist"),
    emptyOutDir: true,
    manifest: "manifest.json",
    assetsInlineLimit: 0, // the content policy allows no data: addresses
    modulePreload: { polyfill: false },
    target: "chrome119",
    chunkSizeWarningLimit: 560, // the trend chart, loaded only by pages that have one
    // htmx holds one eval(); exchange.js switches it off and the content policy forbids it.
    rolldownOptions: { checks: { eval: false }, input: ["console.js", "signin.css", "webauthn.js", "portal.css"].map((name) => join(assets, name)) },
  },
});
