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

// The areas of jsforce's own test suite that reach an org.
async function queries(conn) {
  const account = conn.sobject("Account");
  const ids = (await account.create([1, 2, 3].map((n) => ({ Name: `Query ${n}` })))).map((each) => each.id);
  await step("query: sort, limit and skip", async () => {
    const found = await account.find({ Name: { $like: "Query%" } }, "Id,Name").sort({ Name: -1 }).limit(2).skip(1);
    assert.deepEqual(found.map((each) => each.Name), ["Query 2", "Query 1"]);
  });
  await step("query: children", async () => {
    const [first] = await account.find({ Id: ids[0] }).select("Id").include("Contacts").select("Id").limit(1).end();
    assert.equal(first.Contacts, null);
  });
  await step("query: count", async () => assert.equal(await account.count({ Name: { $like: "Query%" } }), 3));
  await step("query: events", async () => {
    const seen = await new Promise((resolve, reject) => {
      const rows = [];
      const query = conn.query("SELECT Id FROM Lead");
      query.on("record", (row) => rows.push(row)).on("end", () => resolve(rows)).on("error", reject);
      query.run({ autoFetch: true, maxFetch: 2100 });
    });
    assert.equal(seen.length, 2100);
  });
  await step("query: a page of 200 and a bare locator", async () => {
    const first = await conn.query("SELECT Id FROM Lead", { headers: { "Sforce-Query-Options": "batchSize=200" } });
    const next = await conn.queryMore(first.nextRecordsUrl.split("/").pop());
    assert.equal(next.records.length, first.records.length);
  });
  await step("query: explain", async () =>
    assert.ok((await conn.query("SELECT Id FROM Account").explain()).plans.length));
  await step("query: update and destroy what it finds", async () => {
    const changed = await account.find({ Name: { $like: "Query%" } }).update({ Name: "Changed $!" });
    const gone = await account.find({ Name: { $like: "Changed%" } }).destroy();
    assert.deepEqual([changed.length, gone.length], [3, 3]);
  });
  await step("updated and deleted", async () => {
    const span = [new Date(Date.now() - 3600e3), new Date()];
    assert.ok((await account.deleted(...span)).deletedRecords.length >= 3);
    assert.ok((await account.updated(...span)).latestDateCovered);
  });
  await step("more than 200 at once", async () => {
    const rows = Array.from({ length: 210 }, (_, n) => ({ Name: `Many ${n}` }));
    const done = await account.create(rows, { allowRecursive: true });
    assert.ok(done.length === 210 && done.every((each) => each.success));
  });
  await step("all or none", async () => {
    const done = await account.create([{ Name: "A" }, {}], { allOrNone: true });
    const codes = done.map((each) => each.errors[0].statusCode);
    assert.deepEqual(codes, ["ALL_OR_NONE_OPERATION_ROLLED_BACK", "REQUIRED_FIELD_MISSING"]);
  });
  await step("several with one key", async () => {
    const twin = { LastName: "T", Email: "twin@example.com" };
    await conn.sobject("Contact").create([twin, twin]);
    await assert.rejects(() => conn.sobject("Contact").upsert(twin, "Email"), { name: "MULTIPLE_CHOICES" });
  });
  await step("URLs: below the version, below the host, whole", async () => {
    await conn.request("/sobjects/Account");
    await conn.request("/services/data/v60.0/sobjects/account/describe/");
    await conn.request(`${conn.instanceUrl}/services/data`);
  });
}

async function metadata(conn) {
  const account = conn.sobject("Account");
  const id = (await account.create({ Name: "Meta" })).id;
  for (const name of ["layouts", "compactLayouts", "approvalLayouts", "listviews", "quickActions"])
    await step(name, async () => assert.ok(await account[name]()));
  await step("named layout", async () => assert.ok((await conn.sobject("User").layouts("UserAlt")).id));
  await step("list view", async () => {
    const view = account.listview((await account.listviews()).listviews[0].id);
    await view.describe();
    assert.ok((await view.results()).records);
    assert.ok((await view.explain()).plans);
  });
  await step("describe, cached", async () => {
    await account.describe$();
    assert.equal(account.describe$$().name, "Account");
  });
  await step("tabs", async () => assert.ok((await conn.tabs()).length));
  await step("theme", async () => assert.ok((await conn.theme()).themeItems.length));
  await step("quick action of an object", async () => {
    const action = account.quickAction("LogACall");
    assert.equal((await action.describe()).name, "LogACall");
    assert.ok(await action.defaultValues(id));
    const done = await action.execute(id, { Subject: "Call" });
    assert.ok(done.success && done.feedItemIds.length === 1);
  });
  await step("global quick action", async () =>
    assert.ok((await conn.quickAction("NewTask").execute(id, { Subject: "Task" })).success));
  await step("process rules", async () => {
    assert.deepEqual(await conn.process.rule.list(), {});
    assert.equal((await conn.process.rule.trigger([id])).success, true);
  });
  await step("approvals", async () => {
    assert.deepEqual(await conn.process.approval.list(), {});
    await assert.rejects(async () => await conn.process.approval.submit(id, "please"));
  });
  await step("SOAP: convertLead, merge, undelete, emptyRecycleBin", async () => {
    const lead = await conn.sobject("Lead").create({ LastName: "Convert", Company: "Ltd" });
    const converted = await conn.soap.convertLead({ leadId: lead.id, convertedStatus: "Closed - Converted" });
    const [one, two] = await account.create([{ Name: "M1" }, { Name: "M2" }]);
    const masterRecord = { type: "Account", Id: one.id };
    const merged = await conn.soap.merge({ masterRecord, recordToMergeIds: [two.id] });
    await account.destroy(id);
    const back = await conn.soap.undelete([id]);
    await account.destroy(id);
    const emptied = await conn.soap.emptyRecycleBin([id]);
    for (const done of [converted, merged, back, emptied]) assert.ok([done].flat()[0].success);
  });
}

async function reports(conn) {
  await step("reports", async () => {
    const [listed] = await conn.analytics.reports();
    const report = conn.analytics.report(listed.id);
    assert.ok((await report.describe()).reportMetadata);
    assert.ok((await report.explain()).plans);
    assert.equal((await report.execute()).hasDetailRows, false);
    assert.equal((await report.execute({ details: true })).hasDetailRows, true);
    const instance = await report.executeAsync();
    assert.ok((await report.instances()).length);
    assert.equal((await report.instance(instance.id).retrieve()).attributes.id, instance.id);
    const copy = await report.clone("Copy");
    await conn.analytics.report(copy.reportMetadata.id).destroy();
    await assert.rejects(() => conn.analytics.report(copy.reportMetadata.id).describe(), { errorCode: "NOT_FOUND" });
  });
  await step("dashboards", async () => assert.deepEqual(await conn.analytics.dashboards(), []));
  await step("tooling", async () => {
    assert.ok((await conn.tooling.describeGlobal()).sobjects.length);
    assert.equal((await conn.tooling.query("SELECT Id, Name FROM ApexClass")).totalSize, 0);
  });
}

async function refusals(conn) {
  const refused = { message: /local org does not offer/ };
  const calls = {
    "Bulk API 1.0": async () => await conn.bulk.createJob("Account", "insert").open(),
    "Metadata API": () => conn.metadata.list({ type: "CustomObject" }),
    "Apex": () => conn.tooling.executeAnonymous("System.debug(1);"),
    "Chatter feeds": async () => await conn.chatter.resource("/feed-elements").create({}),
  };
  for (const [name, call] of Object.entries(calls))
    await step(`refused by name: ${name}`, async () => assert.rejects(call, refused));
  await step("refused by name: Streaming API", async () =>
    assert.equal((await fetch(`${conn.instanceUrl}/cometd/62.0`, { method: "POST" })).status, 501));
  await step("Apex REST without a match", async () =>
    assert.rejects(() => conn.apex.get("/nothing"), { errorCode: "NOT_FOUND" }));
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
  await queries(conn);
  await metadata(conn);
  await reports(conn);
  await refusals(conn);
}

main();
