// Judges skill folders by the reference of the agentskills.io format: one line for each problem.
import { validate } from "skills-ref";

for (const folder of process.argv.slice(2)) {
  for (const problem of await validate(folder)) console.log(`${folder}: ${problem}`);
}
