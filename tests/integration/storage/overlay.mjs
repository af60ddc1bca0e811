// Plays the part of a server with TimescaleDB: reads {package, setup, steps} as JSON from standard
// input, runs the setup, answers each step {sql} or {read} in order, and prints the answers.
import { readFileSync } from "node:fs";

const asked = JSON.parse(readFileSync(0, "utf8"));
const { PGlite } = await import(`${asked.package}/dist/index.js`);
const { timescaledb } = await import(`${asked.package}/dist/timescaledb/index.js`);
const database = await PGlite.create({ extensions: { timescaledb } });
const answers = [];
for (const step of asked.steps) {
  try {
    if (step.read === undefined) {
      await database.exec(step.sql);
    } else {
      const told = `select coalesce(json_agg(q), '[]')::text as rows from (${step.read}) q`;
      answers.push(JSON.parse((await database.query(told)).rows[0].rows));
    }
  } catch (error) {
    console.error(`${error.message} in: ${(step.sql ?? step.read).slice(0, 400)}`);
    process.exit(1);
  }
}
console.log(JSON.stringify(answers));
process.exit(0);
