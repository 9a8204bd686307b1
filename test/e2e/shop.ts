// A service of the platform's customers and the thief of its login, over real connections. The service reads its secret again all the
// while, and moves to what stands there once that works; what it has open it gives up only then.
import { setTimeout as pause } from 'node:timers/promises';
import {
  type Application,
  type Estate,
  type Login,
  loginAs,
  type Session,
} from '../providers/postgres/estate.ts';

const EVERY_MS = 150;

export interface Shop {
  /** What each call came to, in order: `ok`, or what the server said. */
  calls: string[];
  /** As whom it works now. */
  worksAs(): string;
  /** Every password that it was ever given. */
  passwords(): string[];
  close(): Promise<void>;
}

export async function shop(estate: Estate, application: Application): Promise<Shop> {
  const { secretOf, session } = estate;
  const reads = `SELECT * FROM ${application.table}`;
  let login = await secretOf(application);
  let open: Session = await session(login, 'orders-service');
  const given = new Set([login.password]);
  const calls: string[] = [];
  let isOpen = true;
  const moved = async (found: Login): Promise<void> => {
    given.add(found.password);
    // The new password may be known before the role may log in again: then what is open goes on, or is tried again.
    const next = await session(found, 'orders-service').catch(() => null);
    if (next === null) return;
    await open.close().catch(() => {});
    [login, open] = [found, next];
  };
  const works = (async () => {
    while (isOpen) {
      const found = await secretOf(application);
      // What works is kept, for as long as it may be.
      if (found.password !== login.password || calls.at(-1) !== 'ok') await moved(found);
      calls.push(await open.try(reads));
      await pause(EVERY_MS);
    }
  })();
  return {
    calls,
    worksAs: () => login.username,
    passwords: () => [...given],
    async close() {
      isOpen = false;
      await works;
      await open.close().catch(() => {});
    },
  };
}

/** What a thief's session and a thief's login come to now. */
export async function thiefOf(estate: Estate, { role, table }: Application) {
  const open = await estate.session(role, 'psql');
  return {
    reads: () => open.try(`SELECT * FROM ${table}`),
    logsIn: () => loginAs(estate, role),
    close: () => open.close().catch(() => {}),
  };
}
