// Every frozen sample is what the published schemas of envelope and data say.
import { readFileSync, readdirSync } from "node:fs";
import Ajv from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

const events = new URL("../../../shared/events/", import.meta.url);
const read = (path) => JSON.parse(readFileSync(new URL(path, events)));
const ajv = addFormats(new Ajv({ strict: true, allErrors: true, allowUnionTypes: true }));
for (const file of readdirSync(new URL("schemas/", events))) ajv.addSchema(read(`schemas/${file}`));

let faults = 0;
for (const file of readdirSync(new URL("samples/", events)).filter((name) => name.endsWith(".json"))) {
  const sample = read(`samples/${file}`);
  for (const [id, value] of [["envelope", sample], [sample.type, sample.data]]) {
    const validate = ajv.getSchema(`urn:daicho:schema:${id}`);
    if (validate?.(value)) continue;
    faults += 1;
    console.error(`${file}: ${validate ? ajv.errorsText(validate.errors) : `no schema of ${id}`}`);
  }
}
process.exit(faults ? 1 : 0);
