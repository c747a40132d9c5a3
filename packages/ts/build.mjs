// Builds the package: ES modules into dist/esm, CommonJS into dist/cjs, each with its types.
import { execFileSync } from "node:child_process";
import { copyFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");

process.chdir(here);
for (const format of ["esm", "cjs"]) {
  await rm(`dist/${format}`, { recursive: true, force: true });
  execFileSync(process.execPath, [tsc, "--project", `tsconfig.${format}.json`], { stdio: "inherit" });
}
// The package as a whole says that its .js files are ES modules.
await writeFile("dist/cjs/package.json", `${JSON.stringify({ type: "commonjs", sideEffects: false })}\n`);
await copyFile("../../LICENSE", "LICENSE");
