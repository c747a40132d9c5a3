// Where the descriptions of a schema go in the generated code.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { commentClients, commentTypes, docComment } from "../comments.mjs";

const SCHEMA = {
  execute: {
    title: "ExecuteMsg",
    description: "Messages.",
    oneOf: [
      {
        description: "Opens a door.",
        properties: { open_door: { properties: { door_name: { description: "Which one." } } } },
      },
      { description: "Closes all.", enum: ["close_all"] },
    ],
    definitions: {
      Door_of_Wood: { description: "A door.\n\n# Examples\n\nlet door = Door::new();" },
      Side: {
        oneOf: [
          { description: "To the street.", enum: ["front"] },
          { description: "To the\ngarden.", enum: ["back"] },
        ],
      },
    },
  },
  query: { title: "QueryMsg", oneOf: [{ description: "Is it open?", properties: { is_open: {} } }] },
  responses: { is_open: { title: "Answer", properties: { open: { description: "Whether it is." }, since: {} } } },
};

test("messages, their fields and the fields of answers carry their descriptions", () => {
  const types = `export type ExecuteMsg = {
  open_door: {
    door_name: string;
  };
} | "close_all";
export interface Answer {
  open: boolean;
  since: number;
}
export type Unknown = string;
`;
  assert.equal(
    commentTypes(types, SCHEMA),
    `/**
 * Messages.
 *
 * - \`close_all\`: Closes all.
 */
export type ExecuteMsg = {
  /** Opens a door. */
  open_door: {
    /** Which one. */
    door_name: string;
  };
} | "close_all";
export interface Answer {
  /** Whether it is. */
  open: boolean;
  since: number;
}
export type Unknown = string;
`,
  );
});

test("words of an enum are listed at its type, and examples in Rust are left out", () => {
  const types = `export type DoorOfWood = string;\nexport type Side = "front" | "back";\n`;
  assert.equal(
    commentTypes(types, SCHEMA),
    `/** A door. */
export type DoorOfWood = string;
/**
 * - \`front\`: To the street.
 * - \`back\`: To the garden.
 */
export type Side = "front" | "back";
`,
  );
});

test("methods of the clients say what their messages do", () => {
  const clients = `export interface HouseReadOnlyInterface {
  contractAddress: string;
  isOpen: () => Promise<Answer>;
}
export interface HouseInterface {
  openDoor: ({
    doorName
  }: {
    doorName: string;
  }, fee?: number) => Promise<void>;
}
`;
  assert.equal(
    commentClients(clients, SCHEMA),
    `export interface HouseReadOnlyInterface {
  contractAddress: string;
  /** Is it open? */
  isOpen: () => Promise<Answer>;
}
export interface HouseInterface {
  /** Opens a door. */
  openDoor: ({
    doorName
  }: {
    /** Which one. */
    doorName: string;
  }, fee?: number) => Promise<void>;
}
`,
  );
});

test("a description cannot end its comment", () => {
  assert.equal(docComment("a */ b"), "/** a *\\/ b */\n");
});

/** Every description in a schema, in one line each and without examples, as far as it is one of a type or a member. */
function descriptionsIn(schema) {
  if (schema === null || typeof schema !== "object") {
    return [];
  }
  const { description, ...rest } = schema;
  const own = typeof description === "string" ? [description.replace(/\n+#+ Examples?\n.*$/s, "")] : [];
  return [...own, ...Object.values(rest).flatMap(descriptionsIn)];
}

const inOneLine = (text) => text.replace(/\s+/g, " ");

for (const [name, file] of [["Oracle", "oracle"], ["PerpMarket", "perp-market"], ["Vault", "vault"]]) {
  test(`the types of ${name} have every description of its schema`, async () => {
    const schema = JSON.parse(await readFile(new URL(`../../../schema/${file}.json`, import.meta.url), "utf8"));
    const generated = await readFile(new URL(`../src/generated/${name}.types.ts`, import.meta.url), "utf8");
    const text = inOneLine(generated.replace(/^ *(\/\*\*|\*\/|\*)/gm, ""));
    const missing = descriptionsIn(schema).filter((description) => !text.includes(inOneLine(description)));
    assert.deepEqual([...new Set(missing)], []);
  });
}
