// Bundles for a browser, and runs what was bundled in one, or in a context that has no more than one.
import { execFile, spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import vm from "node:vm";

import * as esbuild from "esbuild";

const GLOBAL = "consumer";

/** Bundles a file of the consumer, or the source given: the text, and what of Node had to be replaced with nothing. */
export async function bundle(consumer, source) {
  const { outputFiles, metafile } = await esbuild.build({
    ...(typeof source === "string" ? { entryPoints: [source] } : { stdin: { ...source, resolveDir: consumer } }),
    absWorkingDir: consumer,
    bundle: true,
    platform: "browser",
    format: "iife",
    globalName: GLOBAL,
    minify: true,
    metafile: true,
    write: false,
    logLevel: "silent",
  });
  const imports = Object.values(metafile.inputs).flatMap(({ imports }) => imports);
  const emptied = imports
    .map(({ path, original }) => original ?? path)
    .filter((name) => name.startsWith("node:") || builtinModules.includes(name));
  return { text: outputFiles[0].text, emptied: [...new Set(emptied)] };
}

// What a browser has besides the language, as far as cosmjs asks for it.
const BROWSER = ["AbortController", "TextDecoder", "TextEncoder", "URL", "atob", "btoa", "clearInterval", "clearTimeout", "console", "crypto", "fetch", "performance", "queueMicrotask", "setInterval", "setTimeout"];

/** Runs a function of the bundle where there is no `process`, no `Buffer` and no `require`. */
export function runInBareContext(text, name) {
  const context = vm.createContext(Object.fromEntries(BROWSER.map((global) => [global, globalThis[global]])));
  // What TextEncoder returns is one of these.
  context.Uint8Array = Uint8Array;
  vm.runInContext("globalThis.self = globalThis.window = globalThis;", context);
  vm.runInContext(text, context);
  return vm.runInContext(`${GLOBAL}.${name}()`, context);
}

/** A browser of this machine, if there is one. */
export const findBrowser = () => ["chromium", "chromium-browser", "google-chrome"].find((name) => spawnSync(name, ["--version"]).status === 0);

/** Runs a function of the bundle in a page of a real browser, and returns what the page then shows. */
export async function loadInBrowser(browser, folder, text, name) {
  const page = join(folder, "page.html");
  const show = `(text) => { document.body.textContent = text; }`;
  const script = `${GLOBAL}.${name}().then(${show}, ${show});`;
  await writeFile(join(folder, "bundle.js"), text);
  await writeFile(page, `<!doctype html><meta charset="utf-8"><body><script src="bundle.js"></script><script>${script}</script>`);
  const profile = `--user-data-dir=${join(folder, "profile")}`;
  const { stdout } = await promisify(execFile)(browser, ["--headless", "--no-sandbox", "--disable-gpu", profile, "--virtual-time-budget=5000", "--dump-dom", `file://${page}`], { timeout: 60_000 });
  return /<body>(.*)<\/body>/s.exec(stdout)?.[1];
}
