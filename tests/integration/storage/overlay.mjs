// Plays the part of a server with TimescaleDB: reads {package, steps} as JSON from standard
// input, runs each step's {sql} or answers its {read}, in order, and prints the answers.
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
process.stdout.write(JSON.stringify(answers), () => process.exit(0)); // once all of it is out
