// Doc comments for the generated code: @cosmwasm/ts-codegen leaves out the descriptions of a schema, so they are put in
// where its names are, in the types and in the interfaces of the clients (whose classes inherit them).
import ts from "typescript";

/** A type's name in TypeScript: the generator drops the underscores of `OwnershipFor_Addr`. */
export const typeName = (title) => title.replace(/_(.)/g, (_, letter) => letter.toUpperCase());

/** A doc comment on lines of its own, before something that is indented by `indent`. */
export function docComment(text, indent = "") {
  const lines = text.replaceAll("*/", "*\\/").split("\n").map((line) => line.trimEnd());
  if (lines.length === 1) {
    return `/** ${lines[0]} */\n${indent}`;
  }
  return `/**\n${lines.map((line) => `${indent} *${line && ` ${line}`}`).join("\n")}\n${indent} */\n${indent}`;
}

/** What a description says in TypeScript too: without the examples in Rust that types of cosmwasm_std come with. */
const withoutExamples = (description) => description?.replace(/\n+#+ Examples?\n.*$/s, "");

/** Types by name: what messages and answers are, and what they are made of. */
function schemasByName({ instantiate, execute, query, migrate, responses }) {
  const roots = [instantiate, execute, query, migrate, ...Object.values(responses ?? {})].filter(Boolean);
  const named = roots.flatMap((root) => [[root.title, root], ...Object.entries(root.definitions ?? {})]);
  return new Map(named.map(([title, schema]) => [typeName(title), schema]));
}

/** Variants of an enum by name: `{ deposit: ... }` or the bare word. */
function variantsOf(schema) {
  const variants = (schema?.oneOf ?? []).flatMap((variant) => {
    const names = variant.enum ?? Object.keys(variant.properties ?? {});
    return names.map((name) => [name, { word: Boolean(variant.enum), description: variant.description, schema: variant.properties?.[name] }]);
  });
  return new Map(variants);
}

/** What the type as a whole says; bare words have no place of their own, so they are listed here. */
function typeDescription(schema) {
  const words = [...variantsOf(schema)]
    .filter(([, { word, description }]) => word && description)
    .map(([name, { description }]) => `- \`${name}\`: ${description.replaceAll("\n", " ")}`);
  return [withoutExamples(schema?.description), words.join("\n")].filter(Boolean).join("\n\n");
}

/** Source text that collects comments, and is printed with all of them. */
class Source {
  #text;
  #comments = [];

  constructor(text) {
    this.#text = text;
    this.statements = ts.createSourceFile("generated.ts", text, ts.ScriptTarget.ES2022, true).statements;
  }

  comment(node, text) {
    if (!text) {
      return;
    }
    const at = node.getStart();
    const indent = /[^\n]*$/.exec(this.#text.slice(0, at))[0].match(/^\s*/)[0];
    this.#comments.push([at, docComment(text, indent)]);
  }

  print() {
    let printed = "";
    let from = 0;
    for (const [at, comment] of this.#comments.sort(([a], [b]) => a - b)) {
      printed += this.#text.slice(from, at) + comment;
      from = at;
    }
    return printed + this.#text.slice(from);
  }
}

/** Puts comments on the members of an object or of an enum, and of what is written out inside of them. */
function commentMembers(source, node, schema) {
  if (!node || !schema) {
    return;
  }
  if (ts.isUnionTypeNode(node)) {
    node.types.forEach((type) => commentMembers(source, type, schema));
    return;
  }
  const variants = variantsOf(schema);
  for (const member of node.members ?? []) {
    const name = member.name.text;
    const { description, schema: inner } = variants.get(name) ?? {
      description: schema.properties?.[name]?.description,
      schema: schema.properties?.[name],
    };
    source.comment(member, description);
    commentMembers(source, member.type, inner);
  }
}

/** The text of `*.types.ts` with the descriptions of the contract's schema. */
export function commentTypes(text, schema) {
  const source = new Source(text);
  const schemas = schemasByName(schema);
  for (const statement of source.statements) {
    const described = schemas.get(statement.name?.text);
    source.comment(statement, typeDescription(described));
    commentMembers(source, ts.isTypeAliasDeclaration(statement) ? statement.type : statement, described);
  }
  return source.print();
}

const camelCase = (name) => name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
const inCamelCase = (entries) => new Map([...entries].map(([name, value]) => [camelCase(name), value]));

function commentMethod(source, method, { description, schema }) {
  source.comment(method, description);
  const fields = inCamelCase(Object.entries(schema?.properties ?? {}));
  for (const field of method.type.parameters[0]?.type?.members ?? []) {
    source.comment(field, fields.get(field.name.text)?.description);
  }
}

/** The text of `*.client.ts` with the descriptions of messages on the methods that send them. */
export function commentClients(text, schema) {
  const source = new Source(text);
  for (const statement of source.statements.filter(ts.isInterfaceDeclaration)) {
    const messages = statement.name.text.endsWith("ReadOnlyInterface") ? schema.query : schema.execute;
    const variants = inCamelCase(variantsOf(messages));
    for (const method of statement.members) {
      const message = variants.get(method.name.text);
      if (message) {
        commentMethod(source, method, message);
      }
    }
  }
  return source.print();
}
