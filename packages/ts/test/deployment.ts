import { readFileSync } from "node:fs";

/** A running Ballast system. */
export interface Deployment {
  rpc: string;
  chainId: string;
  oracle: string;
  market: string;
  vault: string;
}

/** The environment variable that names the file which `ballast-chain deploy` wrote. */
export const DEPLOYMENT_VARIABLE = "BALLAST_DEPLOYMENT";

/** The system that the environment names; none when it names none. */
export function readDeployment(): Deployment | undefined {
  const path = process.env[DEPLOYMENT_VARIABLE];
  if (!path) {
    return undefined;
  }
  const file: unknown = JSON.parse(readFileSync(path, "utf8"));
  const text = (...keys: string[]): string => {
    const value = keys.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], file);
    if (typeof value !== "string") {
      throw new Error(`${path}: ${keys.join(".")} should be a string, it is ${JSON.stringify(value)}`);
    }
    return value;
  };
  return {
    rpc: text("rpc"),
    chainId: text("chain_id"),
    oracle: text("oracle", "address"),
    market: text("market", "address"),
    vault: text("vault", "address"),
  };
}

/** An account of the local network. */
export interface Account {
  address: string;
  mnemonic: string;
}

const ACCOUNTS = new URL("../../../../scripts/localnet.d/accounts", import.meta.url);

/** The account of this name: public words, for chains on one machine. */
export function localAccount(name: string): Account {
  for (const line of readFileSync(ACCOUNTS, "utf8").split("\n")) {
    const [who, address, ...words] = line.split(" ");
    if (who === name && address) {
      return { address, mnemonic: words.join(" ") };
    }
  }
  throw new Error(`the local network has no account ${name}`);
}
