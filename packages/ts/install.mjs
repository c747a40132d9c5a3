// Installs what the lock file names, unless that has been done since it last changed.
import { execFileSync } from "node:child_process";
import { copyFile, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const installedFrom = "node_modules/.installed-from";
const read = (path) => readFile(path, "utf8").catch(() => undefined);

process.chdir(fileURLToPath(new URL(".", import.meta.url)));
if ((await read(installedFrom)) !== (await read("package-lock.json"))) {
  // Nothing that a package brings is run while it is installed. `npm pack` hands its own options on by environment:
  // what is set here stands against them.
  const options = ["--ignore-scripts", "--include=dev", "--prefer-offline", "--dry-run=false", "--global=false", "--json=false", "--no-audit", "--no-fund", "--loglevel=error"];
  // What npm prints is not for the standard output: that belongs to `npm pack --json`.
  execFileSync("npm", ["ci", ...options], { stdio: ["ignore", 2, 2], shell: process.platform === "win32" });
  await copyFile("package-lock.json", installedFrom);
}
