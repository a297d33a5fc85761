// Judges documents by a JSON Schema. Standard input: the schema on one line, then one document a line. Standard output:
// true or false for each. A schema that does not compile in strict mode ends it with 1.
const Ajv = require("ajv/dist/2020").default;
const lines = require("fs").readFileSync(0, "utf8").split("\n").filter((line) => line);
// A first item with a rule of its own before any number of others is what `prefixItems` and `items` are for; only this
// rule of the strict mode takes it for a mistake.
const ajv = new Ajv({ strict: true, strictTuples: false });
const judge = ajv.compile(JSON.parse(lines[0]));
console.log(lines.slice(1).map((line) => judge(JSON.parse(line))).join("\n"));
