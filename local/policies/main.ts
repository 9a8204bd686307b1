// `npm run policies`: writes deploy/aws/.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { checkout } from '../checkout.mjs';
import { FILES } from './files.ts';

const folder = path.join(checkout, 'deploy', 'aws');
await mkdir(folder, { recursive: true });
for (const [name, text] of Object.entries(FILES)) {
  await writeFile(path.join(folder, name), text());
  console.error(`Wrote deploy/aws/${name}`);
}
