import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import ts from "typescript";

const README = new URL("../../README.md", import.meta.url);
const EXAMPLE = new URL("readme.mjs", import.meta.url);

/** Runs the README's example with these variables, and gives the lines that it prints. */
export async function runReadme(variables: Record<string, string>): Promise<string[]> {
  const example = /^```ts\n(.*?)^```$/ms.exec(await readFile(README, "utf8"))?.[1];
  if (example === undefined) {
    throw new Error("the README has no example");
  }
  await writeFile(EXAMPLE, ts.transpile(example, { module: ts.ModuleKind.ES2022, target: ts.ScriptTarget.ES2022 }));
  const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(EXAMPLE)], {
    env: { ...process.env, ...variables },
    timeout: 60_000,
  });
  return stdout.trimEnd().split("\n");
}
