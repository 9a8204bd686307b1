// Keeps a person's own AWS and Temporal settings away from the tests, also under `npx vitest`.
import { withoutTheirs } from '../local/surroundings.mjs';

const kept = withoutTheirs(process.env);
for (const name of Object.keys(process.env)) if (!(name in kept)) delete process.env[name];
Object.assign(process.env, kept);
