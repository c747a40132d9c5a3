// Packs, installs, compiles and runs: what the test of the package is made of.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const PACKAGE = fileURLToPath(new URL("../..", import.meta.url));
/** What the consumer does, the same everywhere. */
export const use = await readFile(new URL("use.ts", import.meta.url), "utf8");
const manifest = JSON.parse(await readFile(join(PACKAGE, "package.json"), "utf8"));

/** The versions of cosmjs that were tried, oldest first: where each part of the range begins. */
export const tried = manifest.peerDependencies["@cosmjs/cosmwasm-stargate"].split(" || ").map((part) => part.replace("^", ""));

export const workFolder = () => mkdtemp(join(tmpdir(), "ballast-client-"));
export const remove = (folder) => rm(folder, { recursive: true, force: true });

// What `npm run` and `node --test` tell the programs that they start: work in this folder, say nothing, report as a test.
const TOLD = ["npm_config_local_prefix", "npm_config_loglevel", "NODE_TEST_CONTEXT"];
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !TOLD.includes(name)));

/** Runs a program; its output is shown only where it fails. */
async function run(folder, command, ...args) {
  try {
    return (await promisify(execFile)(command, args, { cwd: folder, env, maxBuffer: 1 << 24 })).stdout.trim();
  } catch (error) {
    throw new Error(`${command} ${args.join(" ")} failed:\n${error.stdout}${error.stderr}`);
  }
}

export const node = (folder, ...args) => run(folder, process.execPath, ...args);

/** Runs one of the programs that the package is developed with. */
export const program = (name, ...args) => run(PACKAGE, join(PACKAGE, "node_modules", ".bin", name), ...args);

/** `npm pack` where nothing is installed or built, the sources as a fresh clone has them: the package, and what is in it. */
export async function pack(work) {
  const clone = join(work, "clone");
  const built = ["node_modules", "dist", "LICENSE"].map((name) => join(PACKAGE, name));
  await cp(PACKAGE, join(clone, "packages", "ts"), { recursive: true, filter: (path) => !built.includes(path) });
  await cp(join(PACKAGE, "..", "..", "LICENSE"), join(clone, "LICENSE"));
  const told = await run(join(clone, "packages", "ts"), "npm", "pack", "--json", "--pack-destination", work);
  const [{ filename, files }] = JSON.parse(told);
  return { tarball: join(work, filename), files: files.map(({ path }) => path) };
}

/** The folder of somebody who uses the package with this version of cosmjs. */
export const consumerWith = (work, version) => join(work, `cosmjs-${version}`);

/** Installs the package into an empty folder, with this version of cosmjs. */
export async function install(consumer, tarball, version) {
  const cosmjs = Object.keys(manifest.devDependencies).filter((name) => name.startsWith("@cosmjs/"));
  const nodeTypes = `@types/node@${manifest.devDependencies["@types/node"]}`;
  await mkdir(consumer);
  await writeFile(join(consumer, "package.json"), "{}");
  const options = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"];
  await run(consumer, "npm", "install", ...options, tarball, nodeTypes, ...cosmjs.map((name) => `${name}@${version}`));
}

export const readme = await readFile(join(PACKAGE, "README.md"), "utf8");

/** The README's example. */
export function example() {
  const found = /^```ts\n(.*?)^```$/ms.exec(readme);
  assert.ok(found, "the README has no example");
  return found[1];
}

const COMPILER = { target: "es2022", lib: ["es2022", "dom"], strict: true, skipLibCheck: true };

/** Compiles sources of the consumer, by file name: what does not fit fails. */
export async function compile(consumer, options, sources) {
  for (const [name, text] of Object.entries(sources)) {
    await writeFile(join(consumer, name), text);
  }
  const config = { compilerOptions: { ...COMPILER, ...options }, files: Object.keys(sources) };
  await writeFile(join(consumer, "tsconfig.json"), JSON.stringify(config));
  await program("tsc", "--project", consumer);
}
