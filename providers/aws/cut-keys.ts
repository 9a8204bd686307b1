// Which keys a plan cuts, or an undone plan was to cut: they stay dead whatever is lifted.
import type { Plan } from '../../domain/plan/plan.schema.ts';
import type { Aws } from './clients.ts';
import { impossible } from './errors.ts';
import { keysOf } from './users.ts';

const CUT = 'aws/access-key';

const cutKeys = ({ steps, undoes }: Plan): (string | undefined)[] =>
  [...steps, ...(undoes?.stays ?? [])]
    .filter(({ kind }) => kind === CUT)
    .map(({ target }) => target['accessKeyId']);

/** Throws where one of them is active. `stays`: what cannot come off because of it. */
export async function requireCut(aws: Aws, plan: Plan, userName: string, stays: string): Promise<void> {
  const cut = cutKeys(plan);
  const alive = (await keysOf(aws, userName)).filter((key) => key.active && cut.includes(key.accessKeyId));
  if (alive.length === 0) return;
  throw impossible(
    `${stays} stays: the stolen key ${alive.map((key) => key.accessKeyId).join(', ')} is active, and could make new sessions.`,
  );
}
