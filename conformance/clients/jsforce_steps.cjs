// jsforce against a local org on loopback. Arguments: the folder that it is installed in.
"use strict";

const { createRequire } = require("node:module");
const assert = require("node:assert/strict");
const jsforce = createRequire(`${process.argv[2]}/package.json`)("jsforce");

const ROWS = 2500; // more than a page
const { ORG_URL, ORG_KEY, ORG_SECRET } = process.env;

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

async function records(conn) {
  const account = conn.sobject("Account");
  const made = await step("create", async () => (await account.create({ Name: "Acme" })).id);
  await step("retrieve", async () => assert.equal((await account.retrieve(made)).Name, "Acme"));
  await step("update", async () => assert.ok((await account.update({ Id: made, Name: "B" })).success));
  const keyed = { External_Id__c: "js-1", Name: "U" };
  await step("upsert, new", async () =>
    assert.equal((await account.upsert(keyed, "External_Id__c")).created, true));
  await step("upsert, there", async () =>
    assert.ok((await account.upsert(keyed, "External_Id__c")).success));
  await step("destroy", async () => assert.ok((await account.destroy(made)).success));
  await step("query", async () =>
    assert.equal((await conn.query("SELECT Id FROM Account")).totalSize, 1));
  await step("query of what is deleted", async () => {
    const found = await conn.query("SELECT Id FROM Account WHERE IsDeleted = true", { scanAll: true });
    assert.equal(found.totalSize, 1);
  });
  await step("find", async () =>
    assert.equal((await account.find({ Name: { $like: "U%" } }, ["Id", "Name"])).length, 1));
  await step("an error of its own", async () =>
    assert.rejects(() => account.create({}), { errorCode: "REQUIRED_FIELD_MISSING" }));
}

async function families(conn) {
  await step("identity", async () => assert.match((await conn.identity()).user_id, /^005/));
  await step("describe global", async () => assert.ok((await conn.describeGlobal()).sobjects.length));
  await step("describe", async () =>
    assert.equal((await conn.sobject("Account").describe()).name, "Account"));
  await step("limits", async () => assert.ok((await conn.limits()).DailyApiRequests));
  await step("recent", async () => conn.recent());
  const contacts = [1, 2, 3].map((n) => ({ LastName: `C${n}` }));
  const ids = await step("collections: create", async () => {
    const done = await conn.sobject("Contact").create(contacts);
    assert.deepEqual(done.map((each) => each.success), [true, true, true]);
    return done.map((each) => each.id);
  });
  await step("collections: update", async () => {
    const changed = ids.map((Id) => ({ Id, FirstName: "J" }));
    const done = await conn.sobject("Contact").update(changed);
    assert.ok(done.every((each) => each.success));
  });
  await step("collections: retrieve", async () =>
    assert.equal((await conn.sobject("Contact").retrieve(ids)).length, 3));
  await step("collections: upsert", async () => {
    const rows = [1, 2].map((n) => ({ External_Id__c: `jc-${n}`, LastName: `K${n}` }));
    const done = await conn.sobject("Contact").upsert(rows, "External_Id__c");
    assert.ok(done.every((each) => each.success));
  });
  await step("search", async () => {
    const found = await conn.search("FIND {C1} IN ALL FIELDS RETURNING Contact(Id, LastName)");
    assert.equal(found.searchRecords.length, 1);
  });
  await step("collections: destroy", async () => {
    const done = await conn.sobject("Contact").destroy(ids);
    assert.ok(done.every((each) => each.success));
  });
  await step("composite", async () => {
    const done = await conn.requestPost("/composite", {
      compositeRequest: [
        { method: "POST", url: "/services/data/v62.0/sobjects/Account", referenceId: "a", body: { Name: "Above" } },
        { method: "GET", url: "/services/data/v62.0/sobjects/Account/@{a.id}", referenceId: "b" },
      ],
    });
    assert.equal(done.compositeResponse[1].body.Name, "Above");
  });
}

async function bulk(conn) {
  const rows = Array.from({ length: ROWS }, (_, n) => ({ Company: "Acme", LastName: `Lead ${n}` }));
  await step("bulk 2.0 insert", async () => {
    const done = await conn.bulk2.loadAndWaitForResults({ object: "Lead", operation: "insert", input: rows });
    assert.equal(done.successfulResults.length, ROWS);
    assert.equal(done.failedResults.length, 0);
  });
  await step("query with paging", async () => {
    const found = await conn.query("SELECT Id, LastName FROM Lead", { autoFetch: true, maxFetch: 10000 });
    assert.equal(found.records.length, ROWS);
  });
  await step("query more", async () => {
    const first = await conn.query("SELECT Id, LastName FROM Lead");
    assert.equal(first.done, false);
    assert.equal((await conn.queryMore(first.nextRecordsUrl)).done, true);
  });
  await step("bulk 2.0 query", async () => {
    const found = await (await conn.bulk2.query("SELECT Id FROM Lead")).toArray();
    assert.equal(found.length, ROWS);
  });
}

async function files(conn) {
  const data = Buffer.from("\u0000\u0001 a file");
  const made = await step("upload a file", async () => {
    const version = { Title: "A file", PathOnClient: "a.bin", VersionData: data.toString("base64") };
    return (await conn.sobject("ContentVersion").create(version)).id;
  });
  await step("download a file", async () => {
    const parts = [];
    for await (const part of conn.sobject("ContentVersion").record(made).blob("VersionData")) parts.push(part);
    assert.deepEqual(Buffer.concat(parts), data);
  });
}

async function main() {
  const oauth2 = { loginUrl: ORG_URL, clientId: ORG_KEY, clientSecret: ORG_SECRET };
  const conn = new jsforce.Connection({ oauth2, version: "62.0" });
  conn.bulk2.pollInterval = 100;
  conn.bulk2.pollTimeout = 60000;
  await step("sign in by client credentials", async () =>
    conn.authorize({ grant_type: "client_credentials" }));
  if (!conn.accessToken) return;
  await records(conn);
  await families(conn);
  await bulk(conn);
  await files(conn);
}

main();
