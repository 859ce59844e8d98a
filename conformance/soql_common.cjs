// Says of each line of stdin, a JSON string, whether Salesforce's own parser takes it as SOQL.
"use strict";

const { createRequire } = require("node:module");
const { readFileSync } = require("node:fs");
const load = createRequire(`${process.argv[2]}/package.json`);
const { SOQLParser } = load("@salesforce/soql-common/lib/soql-parser");

const parser = SOQLParser({ isApex: false, isMultiCurrencyEnabled: true, apiVersion: 60.0 });
for (const line of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  process.stdout.write(`${parser.parseQuery(JSON.parse(line)).getSuccess()}\n`);
}
