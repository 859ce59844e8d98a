// The Salesforce CLI against a local org on loopback. Arguments: the folder that it is installed in.
// Each step is a command line of its own process, with a home that is made for this run and goes with it.
"use strict";

const assert = require("node:assert/strict");
const { execFile } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");

const ROWS = 2500; // more than a page
const { ORG_URL, ORG_KEY, ORG_SECRET } = process.env;
const MODULES = path.join(process.argv[2], "node_modules");
const CLI = path.join(MODULES, "@salesforce", "cli", "bin", "run.js");
const HOME = fs.mkdtempSync(path.join(os.tmpdir(), "sf-home-"));
const ENVIRONMENT = {
  PATH: process.env.PATH,
  HOME,
  NO_COLOR: "1",
  SF_DISABLE_AUTOUPDATE: "true",
  SF_DISABLE_LOG_FILE: "true",
  SF_DISABLE_TELEMETRY: "true",
  SF_SKIP_NEW_VERSION_CHECK: "true",
  SF_USE_GENERIC_UNIX_KEYCHAIN: "true",
};

async function step(name, act) {
  let failure = "";
  let value;
  try {
    value = await act();
  } catch (error) {
    failure = `${error.name}: ${error.message}`.slice(0, 300);
  }
  process.stdout.write(`${JSON.stringify({ step: name, failure })}\n`);
  return value;
}

// Run a command line; gives what it printed. A failure has its own words as message.
function run(words, added = {}) {
  return new Promise((resolve, reject) => {
    const options = { cwd: HOME, env: { ...ENVIRONMENT, ...added }, timeout: 90_000, maxBuffer: 1 << 26 };
    execFile(process.execPath, [CLI, ...words], options, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      let said = stderr || error.message;
      try {
        const told = JSON.parse(stdout);
        said = `${told.name}: ${told.message}`;
      } catch {} // it printed no JSON
      return reject(new Error(`sf ${words.join(" ")}: ${said}`));
    });
  });
}

async function json(words, added) {
  return JSON.parse(await run([...words, "--json"], added)).result;
}

async function refused(words, code) {
  await assert.rejects(() => json(words), (error) => error.message.includes(code));
}

function write(name, lines) {
  fs.writeFileSync(path.join(HOME, name), `${lines.join("\n")}\n`);
  return name;
}

function lines(text) {
  return text.trim().split("\n");
}

function read(name) {
  return fs.readFileSync(path.join(HOME, name), "utf8");
}

async function signIn() {
  const form = { grant_type: "client_credentials", client_id: ORG_KEY, client_secret: ORG_SECRET };
  const answer = await fetch(`${ORG_URL}/services/oauth2/token`, {
    method: "POST",
    body: new URLSearchParams(form),
  });
  const { access_token: token } = await answer.json();
  const words = ["org", "login", "access-token", "--instance-url", ORG_URL, "--no-prompt", "--alias", "local"];
  return json([...words, "--set-default"], { SF_ACCESS_TOKEN: token });
}

async function orgs() {
  await step("org display", async () =>
    assert.equal((await json(["org", "display"])).connectedStatus, "Connected"));
  await step("org list", async () => {
    const [other] = (await json(["org", "list"])).other;
    assert.deepEqual([other.alias, other.connectedStatus], ["local", "Connected"]);
  });
  await step("org list users", async () =>
    assert.match((await json(["org", "list", "users"]))[0].profileName, /^Minimum Access/));
  await step("org display user", async () =>
    assert.match((await json(["org", "display", "user"])).id, /^005/));
  await step("limits api display", async () => {
    const found = await json(["limits", "api", "display"]);
    assert.ok(found.find((each) => each.name === "DailyApiRequests").remaining > 0);
  });
  await step("sobject list", async () =>
    assert.ok((await json(["sobject", "list", "--sobject", "all"])).includes("Account")));
  await step("sobject describe", async () =>
    assert.equal((await json(["sobject", "describe", "--sobject", "Account"])).name, "Account"));
}

async function records() {
  const account = ["--sobject", "Account"];
  const made = await step("data create record", async () =>
    (await json(["data", "create", "record", ...account, "--values", "Name='Acme & Söhne' NumberOfEmployees=5"])).id);
  await step("data get record, by id", async () => {
    const found = await json(["data", "get", "record", ...account, "--record-id", made]);
    assert.deepEqual([found.Name, found.NumberOfEmployees], ["Acme & Söhne", 5]);
  });
  await step("data update record, by value", async () =>
    json(["data", "update", "record", ...account, "--where", "Name='Acme & Söhne'", "--values", "Industry=Banking"]));
  await step("data get record, by value", async () =>
    assert.equal((await json(["data", "get", "record", ...account, "--where", "Industry=Banking"])).Id, made));
  await step("data create record, refused", async () =>
    refused(["data", "create", "record", ...account, "--values", "Industry=Banking"], "REQUIRED_FIELD_MISSING"));
  await step("data search", async () => {
    const words = "FIND {Acme} IN NAME FIELDS RETURNING Account(Name)";
    const found = await json(["data", "search", "--query", words]);
    assert.equal(found.searchRecords.length, 1);
  });
  await step("org list sobject record-counts", async () => {
    const found = await json(["org", "list", "sobject", "record-counts"]);
    assert.equal(found.find((each) => each.name === "Account").count, 1);
  });
  await queries(made);
  await step("data delete record", async () =>
    json(["data", "delete", "record", ...account, "--record-id", made]));
  await step("data delete record, again", async () =>
    refused(["data", "delete", "record", ...account, "--record-id", made], "ENTITY_IS_DELETED"));
}

async function queries(made) {
  const query = (text, ...rest) => run(["data", "query", "--query", text, ...rest]);
  await step("data query", async () =>
    assert.match(await query("SELECT Id, Name FROM Account"), /Total number of records retrieved: 1\./));
  await step("data query, json", async () => {
    const found = JSON.parse(await query("SELECT Id, Owner.Name FROM Account", "--result-format", "json"));
    assert.equal(found.result.records[0].Owner.Name, "Ingrid Integration");
  });
  await step("data query, csv, with fields of parents", async () => {
    const text = await query("SELECT Id, Name, Owner.Profile.Name FROM Account", "--result-format", "csv");
    assert.deepEqual(lines(text).slice(-2), [
      "Id,Name,Owner.Profile.Name",
      `${made},Acme & Söhne,Minimum Access - Salesforce`,
    ]);
  });
  await step("data query, with children", async () => {
    const words = ["data", "create", "record", "--sobject", "Contact", "--values"];
    await json([...words, `LastName=Kind AccountId=${made}`]);
    const text = await query("SELECT Name, (SELECT LastName FROM Contacts) FROM Account");
    assert.match(text, /CONTACTS\.LASTNAME[^]*Kind/);
  });
  await step("data query, grouped", async () => {
    const text = await query("SELECT Industry, COUNT(Id) FROM Account GROUP BY Industry", "--result-format", "csv");
    assert.deepEqual(lines(text).slice(-2), ["Industry,COUNT(Id)", "Banking,1"]);
  });
  await step("data query, counted", async () =>
    assert.equal((await json(["data", "query", "--query", "SELECT COUNT() FROM Account"])).totalSize, 1));
  await step("data query, refused", async () =>
    refused(["data", "query", "--query", "SELECT Nope FROM Account"], "No such column 'Nope'"));
  await step("data query, of the Tooling API", async () => {
    const text = "SELECT QualifiedApiName FROM EntityDefinition WHERE QualifiedApiName = 'Account'";
    const found = await json(["data", "query", "--query", text, "--use-tooling-api"]);
    assert.equal(found.records[0].QualifiedApiName, "Account");
  });
}

async function trees() {
  const leaf = { attributes: { type: "Contact", referenceId: "leaf" }, LastName: "Leaf" };
  const root = {
    attributes: { type: "Account", referenceId: "root" },
    Name: "Tree",
    Contacts: { records: [leaf] },
  };
  await step("data import tree", async () => {
    write("tree.json", [JSON.stringify({ records: [root] })]);
    const made = await json(["data", "import", "tree", "--files", "tree.json"]);
    assert.deepEqual(made.map((each) => each.refId), ["root", "leaf"]);
  });
  const children = "SELECT Id, Name, (SELECT Id, LastName FROM Contacts) FROM Account WHERE Name = 'Tree'";
  await step("data export tree", async () => {
    await json(["data", "export", "tree", "--query", children, "--output-dir", "whole"]);
    const [found] = JSON.parse(read("whole/Account-Contact.json")).records;
    assert.deepEqual([found.Name, found.Contacts.records[0].LastName], ["Tree", "Leaf"]);
  });
  await step("data export tree and import tree, by a plan", async () => {
    await json(["data", "export", "tree", "--query", children, "--plan", "--output-dir", "planned"]);
    const [plan] = fs.readdirSync(path.join(HOME, "planned")).filter((name) => name.endsWith("plan.json"));
    const made = await json(["data", "import", "tree", "--plan", path.join("planned", plan)]);
    assert.equal(made.length, 2);
  });
}

async function bulk() {
  const waiting = ["--wait", "2"];
  const leads = ["--sobject", "Lead"];
  const rows = Array.from({ length: ROWS }, (_, n) => `"Lead, ${n}",Acme`);
  write("leads.csv", ["LastName,Company", ...rows]);
  const job = await step("data import bulk", async () => {
    const done = await json(["data", "import", "bulk", ...leads, "--file", "leads.csv", ...waiting]);
    assert.deepEqual([done.successfulRecords, done.failedRecords], [ROWS, 0]);
    return done.jobId;
  });
  await step("data bulk results", async () => {
    const found = await json(["data", "bulk", "results", "--job-id", job]);
    assert.equal(lines(read(found.successFilePath)).length, ROWS + 1);
  });
  await step("data query, paged", async () => {
    await run(["data", "query", "--query", "SELECT Id FROM Lead", "--result-format", "csv", "--output-file", "paged.csv"]);
    assert.equal(lines(read("paged.csv")).length, ROWS + 1);
  });
  await step("data export bulk", async () => {
    const words = ["data", "export", "bulk", "--query", "SELECT Id, LastName FROM Lead", "--output-file", "out.csv"];
    assert.equal((await json([...words, ...waiting])).totalSize, ROWS);
    assert.ok(read("out.csv").includes('"Lead, 7"'));
  });
  await step("data update bulk", async () => {
    const changed = lines(read("paged.csv")).slice(1, 101).map((id) => `${id},Umbrella`);
    write("changed.csv", ["Id,Company", ...changed]);
    const done = await json(["data", "update", "bulk", ...leads, "--file", "changed.csv", ...waiting]);
    assert.equal(done.successfulRecords, 100);
  });
  await step("data upsert bulk", async () => {
    write("keyed.csv", ["External_Id__c,Name", "sf-1,New", "sf-2,New", "sf-3,New"]);
    const words = ["data", "upsert", "bulk", "--sobject", "Account", "--file", "keyed.csv"];
    const done = await json([...words, "--external-id", "External_Id__c", ...waiting]);
    assert.deepEqual(done.records.successfulResults.map((each) => each.sf__Created), ["true", "true", "true"]);
  });
  await step("data upsert bulk, of which one is refused", async () => {
    write("mixed.csv", ["External_Id__c,Name", "sf-1,Newer", "sf-4,"]);
    const words = ["data", "upsert", "bulk", "--sobject", "Account", "--file", "mixed.csv"];
    await refused([...words, "--external-id", "External_Id__c", ...waiting], "");
    const found = await json(["data", "query", "--query", "SELECT Name FROM Account WHERE External_Id__c = 'sf-1'"]);
    assert.equal(found.records[0].Name, "Newer");
  });
  await step("data delete bulk", async () => {
    write("gone.csv", lines(read("paged.csv")).slice(0, 101));
    const done = await json(["data", "delete", "bulk", ...leads, "--file", "gone.csv", ...waiting]);
    assert.deepEqual([done.jobInfo.numberRecordsProcessed, done.jobInfo.numberRecordsFailed], [100, 0]);
  });
}

async function requests() {
  await step("data create file", async () => {
    write("note.txt", ["a file"]);
    const made = await json(["data", "create", "file", "--file", "note.txt", "--title", "A note"]);
    assert.match(made.ContentDocumentId, /^069/);
  });
  await step("api request rest", async () => {
    const text = await run(["api", "request", "rest", "services/data/v62.0/limits"]);
    assert.ok(JSON.parse(text).DailyApiRequests);
  });
  await step("api request rest, with a body", async () => {
    write("account.json", [JSON.stringify({ Name: "By hand" })]);
    const words = ["api", "request", "rest", "services/data/v62.0/sobjects/Account", "--method", "POST"];
    const headers = ["--header", "Content-Type:application/json", "--body", "@account.json"];
    assert.equal(JSON.parse(await run([...words, ...headers])).success, true);
  });
  await step("api request graphql", async () => {
    write("query.graphql", ["query { uiapi { query { Account(first: 1) { edges { node { Id } } } } } }"]);
    const found = JSON.parse(await run(["api", "request", "graphql", "--body", "query.graphql"]));
    assert.equal(found.data.uiapi.query.Account.edges.length, 1);
  });
}

// What stands on an API that the local org does not offer is to be refused by that API's name.
async function unoffered() {
  await step("org list metadata, refused by name", async () =>
    refused(["org", "list", "metadata", "--metadata-type", "CustomObject"], "Metadata API"));
  await step("apex run, refused by name", async () => {
    write("nothing.apex", ["Integer one = 1;"]);
    await refused(["apex", "run", "--file", "nothing.apex"], "Apex by SOAP");
  });
  await step("org open, refused by name", async () =>
    refused(["org", "open", "--url-only"], "sessions for its user interface"));
}

async function main() {
  try {
    const found = await step("org login access-token", signIn);
    if (!found) return;
    await orgs();
    await records();
    await trees();
    await bulk();
    await requests();
    await unoffered();
    await step("org logout", async () => run(["org", "logout", "--target-org", "local", "--no-prompt"]));
  } finally {
    fs.rmSync(HOME, { recursive: true, force: true });
  }
}

main();
